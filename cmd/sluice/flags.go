package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/internal/node"
)

const usage = `Usage: sluice [options] [ script.js | - ] [arguments]
       sluice [options] -e CODE [arguments]
       sluice serve [ FOLDER | app.js | FILE.toml ]
       sluice check | config [ FILE ]

Runs a Node.js HTTP application.

Options:
  -h, --help                  print this text
  -v, --version               print the version of Node.js that Sluice behaves as
  -e, --eval CODE             run CODE
  -p, --print [CODE]          run CODE and print its value
  -c, --check                 check the syntax of the script, do not run it
  -r, --require MODULE        load a CommonJS module first (may be repeated)
      --import MODULE         load an ES module first (may be repeated)
  -w, --workers N|auto        how many workers run the application, each on a core (default 1)
      --hang-timeout TIME     end a worker whose JavaScript does not come back (default 30s; 0: never)
      --shutdown-delay TIME   after SIGTERM, serve on for so long (default 0s)
      --shutdown-timeout TIME then, let requests take so long (default 30s)
      --upgrade-timeout TIME  and connections that left HTTP (default 10s)
      --admin ADDRESS         serve health, readiness, metrics and a page that shows them, on
                              ADDRESS, or a port on loopback
      --supervise             keep a parent process that holds the listening sockets and starts
                              the server again when it ends by itself
      --watch                 reload when a file that the application loaded changes
      --watch-path PATH       or one below PATH (may be repeated)
      --max-connections N     how many are open at once; more wait to be accepted
      --max-connections-per-address N
                              of one client; more are closed
      --max-waiting N         how many requests may wait for a worker's JavaScript; more are
                              answered 503 (default 10000)
      --max-buffered SIZE     bytes of answers held for one client that does not read; beyond it the
                              connection is cut
      --max-buffered-total SIZE
                              and for all clients of a worker: that with most is cut
      --write-timeout TIME    how long a client may take nothing of its answer (default 1m)
      --min-rate SIZE         bytes a second that a client must read, or send of a body
      --max-requests N        replace a worker that has answered so many
      --max-age TIME          replace a worker that has lived so long
  -C, --conditions NAME       one more condition for package exports (may be repeated)
      --input-type TYPE       what -e and standard input are: commonjs or module
      --max-http-header-size BYTES
                              limit of a message's head (default 16384)
      --max-old-space-size MB limit of V8's heap
      --cpu-prof              sample what JavaScript runs; at the end write a profile that browsers'
                              developer tools and speedscope open (--cpu-prof-dir=DIR,
                              --cpu-prof-name=NAME, --cpu-prof-interval=MICROSECONDS)
      --no-deprecation, --no-warnings, --throw-deprecation, --trace-deprecation,
      --trace-warnings, --trace-uncaught, --unhandled-rejections=MODE,
      --insecure-http-parser, --stack-trace-limit=N, --expose-gc, --env-file=FILE …
                              as in Node.js
`

// commandLine is the parsed command line.
type commandLine struct {
	help, version bool
	flags         node.Flags
	execArgv      []string // everything before the script, as given
	v8            []string
	script        string
	args          []string
}

func (cl *commandLine) v8Flags() string { return strings.Join(cl.v8, " ") }

// optionKind says what follows an option.
type optionKind int

const (
	boolean  optionKind = iota // nothing; --no-NAME turns it off
	value                      // one value: --name=value or --name value
	list                       // as value, may be repeated
	optional                   // a value only after =
	v8Flag                     // handed to V8 as it is
)

// options are those of Node that Sluice knows. An option that is not here is an error.
var options = map[string]optionKind{
	"eval": value, "print": boolean, "check": boolean, "interactive": boolean, "require": list, "import": list,
	"conditions": list, "input-type": value, "max-http-header-size": value, "insecure-http-parser": boolean,
	"deprecation": boolean, "warnings": boolean, "pending-deprecation": boolean, "throw-deprecation": boolean, "trace-deprecation": boolean,
	"trace-warnings": boolean, "trace-uncaught": boolean, "trace-exit": boolean, "trace-sigint": boolean, "unhandled-rejections": value,
	"disable-warning": list, "preserve-symlinks": boolean, "preserve-symlinks-main": boolean, "enable-source-maps": boolean,
	"env-file": list, "env-file-if-exists": list, "title": value, "icu-data-dir": value, "dns-result-order": value,
	"network-family-autoselection": boolean, "network-family-autoselection-attempt-timeout": value, "enable-network-family-autoselection": boolean,
	"experimental-require-module": boolean, "experimental-detect-module": boolean, "experimental-strip-types": boolean, "strip-types": boolean,
	"require-module": boolean, "experimental-default-type": value, "experimental-global-navigator": boolean, "experimental-eventsource": boolean,
	"experimental-websocket": boolean, "experimental-import-meta-resolve": boolean, "experimental-print-required-tla": boolean, "experimental-vm-modules": boolean,
	"experimental-wasm-modules": boolean, "experimental-async-context-frame": boolean, "async-context-frame": boolean, "experimental-repl-await": boolean,
	"experimental-global-customevent": boolean, "experimental-fetch": boolean, "experimental-global-webcrypto": boolean,
	"experimental-worker": boolean, "experimental-permission": boolean, "experimental-transform-types": boolean, "experimental-loader": list,
	"force-context-aware": boolean, "frozen-intrinsics": boolean, "force-node-api-uncaught-exceptions-policy": boolean,
	"verify-base-objects": boolean, "zero-fill-buffers": boolean, "node-snapshot": boolean, "addons": boolean, "global-search-paths": boolean,
	"use-env-proxy": boolean, "tls-min-v1.0": boolean, "tls-min-v1.1": boolean, "tls-min-v1.2": boolean, "tls-min-v1.3": boolean,
	"tls-max-v1.2": boolean, "tls-max-v1.3": boolean, "tls-cipher-list": value, "tls-keylog": value, "use-openssl-ca": boolean, "use-bundled-ca": boolean, "use-system-ca": boolean,
	"openssl-legacy-provider": boolean, "openssl-shared-config": boolean, "enable-fips": boolean, "force-fips": boolean, "secure-heap": value, "secure-heap-min": value,
	"abort-on-uncaught-exception": boolean, "inspect": optional, "inspect-brk": optional, "inspect-port": value, "report-on-signal": boolean,
	"test": boolean, "test-only": boolean, "test-reporter": list, "test-isolation": value, "experimental-test-coverage": boolean, "experimental-test-module-mocks": boolean,
	"expose-internals": boolean, "diagnostic-dir": value, "redirect-warnings": value, "v8-pool-size": value, "watch": boolean, "watch-path": list,
	"supervise": boolean, "admin": value, "workers": value, "hang-timeout": value, "shutdown-delay": value, "shutdown-timeout": value, "upgrade-timeout": value, "max-requests": value, "max-connections": value, "max-connections-per-address": value, "max-waiting": value, "max-buffered": value, "max-buffered-total": value, "write-timeout": value, "min-rate": value, "max-age": value,
	"max-old-space-size": v8Flag, "max-semi-space-size": v8Flag, "stack-size": v8Flag, "stack-trace-limit": v8Flag, "expose-gc": v8Flag, "expose_gc": v8Flag,
	"allow-natives-syntax": v8Flag, "jitless": v8Flag, "single-threaded": v8Flag, "max-lazy": v8Flag, "no-opt": v8Flag, "opt": v8Flag,
	"harmony": v8Flag, "harmony-shadow-realm": v8Flag, "js-explicit-resource-management": v8Flag, "use-strict": v8Flag, "gc-interval": v8Flag, "trace-gc": v8Flag, "prof": v8Flag,
	"no-harmony-import-assertions": v8Flag, "experimental-wasm-type-reflection": v8Flag, "wasm-lazy-compilation": v8Flag, "no-concurrent-array-buffer-sweeping": v8Flag,
	"stress-opt": v8Flag, "always-turbofan": v8Flag, "gc-global": v8Flag, "disallow-code-generation-from-strings": v8Flag, "icu-timezone-data": v8Flag, "force-slow-path": v8Flag,
	"predictable": v8Flag, "hash-seed": v8Flag, "random-seed": v8Flag, "track-heap-objects": boolean,
	"cpu-prof": boolean, "cpu-prof-dir": value, "cpu-prof-name": value, "cpu-prof-interval": value,
}

// choices are the values of options that take one of a few.
var choices = map[string][]string{
	"unhandled-rejections": {"strict", "warn", "none", "throw", "warn-with-error-code"},
	"input-type":           {"commonjs", "module", "commonjs-typescript", "module-typescript", ""},
	"dns-result-order":     {"ipv4first", "ipv6first", "verbatim", ""},
}

var short = map[string]string{
	"e": "eval", "p": "print", "c": "check", "i": "interactive", "r": "require", "C": "conditions", "h": "help", "v": "version", "pe": "print", "w": "workers",
}

func parse(argv []string) (*commandLine, error) {
	cl := &commandLine{flags: node.Flags{}}
	i := 0
	for ; i < len(argv); i++ {
		a := argv[i]
		if a == "--" {
			i++
			break
		}
		if a == "-" || !strings.HasPrefix(a, "-") {
			break
		}
		n, err := cl.option(argv[i:])
		if err != nil {
			return nil, err
		}
		cl.execArgv = append(cl.execArgv, argv[i:i+n]...)
		i += n - 1
	}
	rest := argv[i:]
	if _, eval := cl.flags["eval"]; !eval && len(rest) > 0 {
		cl.script, rest = rest[0], rest[1:]
	}
	cl.args = rest
	if cl.execArgv == nil {
		cl.execArgv = []string{}
	}
	if cl.args == nil {
		cl.args = []string{}
	}
	return cl, nil
}

// option takes one option off the front of argv and returns how many arguments it used.
func (cl *commandLine) option(argv []string) (int, error) {
	given := argv[0]
	name, val, hasValue := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(given, "-"), "-"), "=")
	if !strings.HasPrefix(given, "--") {
		long, ok := short[name]
		if !ok {
			return 0, fmt.Errorf("bad option: %s", given)
		}
		// -p CODE is --print --eval CODE.
		if long == "print" && len(argv) > 1 {
			cl.flags["print"] = []string{"true"}
			cl.flags["eval"] = []string{argv[1]}
			return 2, nil
		}
		name = long
	}
	switch name {
	case "help":
		cl.help = true
		return 1, nil
	case "version":
		cl.version = true
		return 1, nil
	}
	kind, ok := options[name]
	on := "true"
	if !ok && strings.HasPrefix(name, "no-") {
		if k, known := options[strings.TrimPrefix(name, "no-")]; known && (k == boolean || k == v8Flag) {
			name, kind, ok, on = strings.TrimPrefix(name, "no-"), k, true, "false"
			if k == v8Flag {
				name = "no-" + name
			}
		}
	}
	if !ok {
		normal := strings.ReplaceAll(name, "_", "-")
		if k, known := options[normal]; known {
			name, kind, ok = normal, k, true
		}
	}
	if !ok {
		return 0, fmt.Errorf("bad option: %s%s", given, suggestion(name))
	}
	switch kind {
	case boolean:
		if hasValue {
			return 0, fmt.Errorf("%s takes no value", given)
		}
		cl.flags[name] = []string{on}
		return 1, nil
	case optional:
		cl.flags[name] = append(cl.flags[name], val)
		return 1, nil
	case v8Flag:
		cl.flags[name] = []string{val}
		cl.v8 = append(cl.v8, given)
		return 1, nil
	}
	used := 1
	if !hasValue {
		if len(argv) < 2 {
			return 0, fmt.Errorf("%s requires an argument", given)
		}
		val, used = argv[1], 2
	}
	if allowed, ok := choices[name]; ok && !slices.Contains(allowed, val) {
		return 0, &valueError{fmt.Sprintf("invalid value for --%s: it is one of %s", name, strings.Join(allowed, ", "))}
	}
	if kind == list {
		cl.flags[name] = append(cl.flags[name], val)
	} else {
		cl.flags[name] = []string{val}
	}
	return used, nil
}

// valueError is an option with a value that it cannot have. Node exits with 9.
type valueError struct{ message string }

func (e *valueError) Error() string { return e.message }

// suggestion names the known option nearest to a wrong one, when one is near.
func suggestion(name string) string {
	best := config.Nearest(name, slices.Sorted(maps.Keys(options)))
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean --%s?)", best)
}
