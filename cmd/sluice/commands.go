package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/sluice-http/sluice/config"
)

const configUsage = `Usage: sluice check [options] [ FILE ]
       sluice config [options] [ FILE ]

check says what is wrong with a configuration; config prints the effective one,
with the origin of each value. FILE is sluice.toml by default.

Options:
      --set KEY=VALUE  over what the file says (may be repeated)
      --schema         print the JSON schema of the file (config only)
  -h, --help           print this text
`

// command runs a sub-command, when that is what the arguments begin with. A script of
// that name is run as ./check.
func command(args []string, stdout, stderr io.Writer) (code int, ok bool) {
	if len(args) == 0 {
		return 0, false
	}
	switch args[0] {
	case "check", "config":
		return configCommand(args[0], args[1:], stdout, stderr), true
	case "serve":
		return serveCommand(args[1:], stdout, stderr), true
	}
	return 0, false
}

func configCommand(name string, args []string, stdout, stderr io.Writer) int {
	var o config.Options
	schema := false
	fail := func(format string, a ...any) int {
		fmt.Fprintf(stderr, "sluice %s: %s\n\n%s", name, fmt.Sprintf(format, a...), configUsage)
		return 2
	}
	for i := 0; i < len(args); i++ {
		option, val, hasValue := strings.Cut(args[i], "=")
		switch {
		case args[i] == "-h" || args[i] == "--help":
			fmt.Fprint(stdout, configUsage)
			return 0
		case args[i] == "--schema" && name == "config":
			schema = true
		case option == "--set":
			if !hasValue {
				if i++; i == len(args) {
					return fail("--set requires an argument")
				}
				val = args[i]
			}
			o.Set = append(o.Set, val)
		case strings.HasPrefix(args[i], "-"):
			return fail("bad option: %s", args[i])
		case o.File != "":
			return fail("one file, not %q too", args[i])
		default:
			o.File = args[i]
		}
	}
	if schema {
		e := json.NewEncoder(stdout)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		if err := e.Encode(config.Schema()); err != nil {
			fmt.Fprintf(stderr, "sluice config: %v\n", err)
			return 1
		}
		return 0
	}
	loaded, err := config.Load(o)
	if problems, wrong := err.(config.Problems); wrong {
		fmt.Fprintln(stderr, problems)
		return 2
	}
	if err != nil {
		fmt.Fprintf(stderr, "sluice %s: %v\n", name, err)
		return 2
	}
	if name == "config" {
		if err := loaded.Print(stdout); err != nil {
			fmt.Fprintf(stderr, "sluice config: %v\n", err)
			return 1
		}
		return 0
	}
	if loaded.File == "" {
		fmt.Fprintf(stderr, "sluice check: there is no %s here\n", config.DefaultFile)
		return 2
	}
	fmt.Fprintf(stdout, "%s is right\n", loaded.File)
	return 0
}
