package tls

import (
	"maps"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// Module is internalBinding('tls').
var Module = node.Module{Name: "tls", New: func(env *node.Env) map[string]v8.Func {
	t := Of(env)
	functions := contextFunctions(t)
	maps.Copy(functions, wrapFunctions(t))
	return functions
}}
