package builtin

import (
	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/node/http"
	"github.com/sluice-http/sluice/internal/node/module"
	"github.com/sluice-http/sluice/internal/node/net"
)

// Modules are the native halves written in Go.
var Modules = []node.Module{
	interim,
	module.Module,
	net.Module,
	http.Module,
}
