package builtin

import "github.com/sluice-http/sluice/internal/node"

// Modules are the native halves written in Go.
var Modules = []node.Module{}
