// Package native lists the halves of Node's modules that are written in Go. It is apart
// from package builtin so that the tool that makes the code caches, which that one
// embeds, can run them.
package native

import (
	"github.com/sluice-http/sluice/internal/node"
	childprocess "github.com/sluice-http/sluice/internal/node/child_process"
	"github.com/sluice-http/sluice/internal/node/cluster"
	"github.com/sluice-http/sluice/internal/node/crypto"
	"github.com/sluice-http/sluice/internal/node/dgram"
	"github.com/sluice-http/sluice/internal/node/dns"
	"github.com/sluice-http/sluice/internal/node/encoding"
	"github.com/sluice-http/sluice/internal/node/fs"
	"github.com/sluice-http/sluice/internal/node/http"
	"github.com/sluice-http/sluice/internal/node/module"
	"github.com/sluice-http/sluice/internal/node/net"
	"github.com/sluice-http/sluice/internal/node/os"
	"github.com/sluice-http/sluice/internal/node/process"
	"github.com/sluice-http/sluice/internal/node/tls"
	"github.com/sluice-http/sluice/internal/node/tty"
	"github.com/sluice-http/sluice/internal/node/url"
	"github.com/sluice-http/sluice/internal/node/zlib"
)

// Modules are the native halves written in Go.
var Modules = []node.Module{
	childprocess.Module,
	childprocess.PipeModule,
	cluster.Module,
	crypto.Module,
	dgram.Module,
	encoding.Module,
	fs.Module,
	http.Module,
	http.ParserModule,
	module.Module,
	dns.Module,
	net.Module,
	os.Module,
	process.Module,
	tls.Module,
	tty.Module,
	url.Module,
	zlib.Module,
}
