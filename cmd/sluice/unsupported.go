package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Options of Node that Sluice knows and does not implement. An option is never taken
// in silence: where the application would run with less protection than its operator
// asked for, or would not run as meant at all, Sluice refuses to start; elsewhere it
// says that the option has no effect.

var refused = map[string]string{
	"experimental-loader":     "loader hooks are not implemented; module.registerHooks() is",
	"experimental-permission": "the permission model is not implemented",
	"enable-fips":             "there is no FIPS mode",
	"force-fips":              "there is no FIPS mode",
	"frozen-intrinsics":       "frozen intrinsics are not implemented",
	"secure-heap":             "there is no secure heap",
	"secure-heap-min":         "there is no secure heap",
	"test":                    "the test runner's command line is not implemented; node:test is",
	"interactive":             "there is no REPL",
}

var withoutEffect = map[string]string{
	"inspect":                        "there is no inspector yet",
	"inspect-brk":                    "there is no inspector yet",
	"inspect-port":                   "there is no inspector yet",
	"enable-source-maps":             "stack traces are not mapped yet",
	"trace-exit":                     "exits are not traced yet",
	"trace-sigint":                   "signals are not traced yet",
	"report-on-signal":               "there are no diagnostic reports yet",
	"diagnostic-dir":                 "there are no diagnostic reports yet",
	"abort-on-uncaught-exception":    "no core file is written",
	"experimental-test-coverage":     "there is no coverage yet",
	"experimental-test-module-mocks": "modules cannot be mocked yet",
	"experimental-wasm-modules":      "WebAssembly modules cannot be imported yet",
	"experimental-transform-types":   "types are stripped, not transformed",
	"icu-data-dir":                   "ICU's data are part of the program",
	"openssl-legacy-provider":        "there is no OpenSSL here",
	"openssl-shared-config":          "there is no OpenSSL here",
}

// checkSupport refuses or names on notes the options given that are not implemented.
func (cl *commandLine) checkSupport(notes io.Writer) error {
	for _, name := range cl.given() {
		if why, ok := refused[name]; ok {
			return fmt.Errorf("--%s is not supported: %s", name, why)
		}
	}
	if given := cl.given(); slices.Contains(given, "tls-min-v1.3") && slices.Contains(given, "tls-max-v1.2") {
		return errors.New("either --tls-min-v1.3 or --tls-max-v1.2 can be used, not both")
	}
	for _, name := range []string{"cpu-prof-name", "cpu-prof-dir", "cpu-prof-interval"} {
		if cl.flags[name] != nil && !slices.Equal(cl.flags["cpu-prof"], []string{"true"}) {
			return fmt.Errorf("--%s must be used with --cpu-prof", name)
		}
	}
	for _, name := range cl.given() {
		if why, ok := withoutEffect[name]; ok {
			fmt.Fprintf(notes, "%s: warning: --%s has no effect: %s\n", filepath.Base(os.Args[0]), name, why)
		}
	}
	return nil
}

// given are the names of the options that were given and not switched off, sorted.
func (cl *commandLine) given() []string {
	var names []string
	for name, values := range cl.flags {
		if !slices.Equal(values, []string{"false"}) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
