package node

import (
	"strings"

	"github.com/sluice-http/sluice/internal/v8"
)

// coreModule is internalBinding('core'): what bootstrapping needs of the environment.
var coreModule = Module{Name: "core", New: func(env *Env) map[string]v8.Func {
	functions := map[string]v8.Func{
		"options": func(c *v8.Call) {
			o := env.Options
			flags := v8.Object{}
			for k, v := range o.Flags {
				flags = append(flags, v8.Property{Key: k, Value: v})
			}
			c.Return(v8.Object{
				{Key: "execPath", Value: o.ExecPath},
				{Key: "argv0", Value: o.Argv0},
				{Key: "execArgv", Value: o.ExecArgv},
				{Key: "script", Value: o.Script},
				{Key: "args", Value: o.Args},
				{Key: "flags", Value: flags},
			})
		},
		"builtinIds": func(c *v8.Call) { c.Return(strings.Join(env.Options.BuiltinIDs(), "\n")) },
		"eventKind":  func(c *v8.Call) { c.Return(env.EventKind(c.String(0))) },
		"v8Version":  func(c *v8.Call) { c.Return(v8.Version()) },
		// exit(code, uncaught) ends the process with the code; it does not return.
		"exit": func(c *v8.Call) {
			if c.Bool(1) && env.host != nil {
				env.host.Uncaught(env.lastError)
			}
			env.Exit(c.Int(0))
		},
		// worker is which of several workers this is; 0: the only one.
		"worker": func(c *v8.Call) {
			if env.host == nil {
				c.Return(0)
				return
			}
			c.Return(env.host.Worker().ID)
		},
	}
	env.stdioFunctions(functions)
	return functions
}}
