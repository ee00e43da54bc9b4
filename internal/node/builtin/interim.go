package builtin

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

var interim = node.Module{Name: "interim", New: func(env *node.Env) map[string]v8.Func {
	return map[string]v8.Func{
		"print":    func(c *v8.Call) { fmt.Print(c.String(0)) },
		"absolute": func(c *v8.Call) { p, _ := filepath.Abs(c.String(0)); c.Return(p) },
		"readFile": func(c *v8.Call) {
			b, err := os.ReadFile(c.String(0))
			if err != nil {
				c.Throw(node.SystemError("open", err, c.String(0), ""))
				return
			}
			c.Return(string(b))
		},
	}
}}
