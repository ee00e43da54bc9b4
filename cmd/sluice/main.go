// Node's crypto takes RSA keys of any length.
//go:debug rsa1024min=0

// Command sluice runs Node.js HTTP applications.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/node/builtin"
	"github.com/sluice-http/sluice/internal/v8"
	"github.com/sluice-http/sluice/workers"
)

func main() {
	if code, ok := command(os.Args[1:], os.Stdout, os.Stderr); ok {
		os.Exit(code)
	}
	cl, err := parse(os.Args[1:])
	var value *valueError
	if err != nil && !errors.As(err, &value) {
		fmt.Fprintf(os.Stderr, "%s: %v\n\n%s", filepath.Base(os.Args[0]), err, usage)
		os.Exit(2)
	}
	if err == nil {
		err = cl.loadEnvFiles(os.Stderr)
	}
	if err == nil {
		err = cl.environment(os.Getenv("NODE_OPTIONS"))
	}
	if err == nil {
		err = cl.checkSupport(os.Stderr)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", os.Args[0], err)
		os.Exit(exitInvalidArgument)
	}
	switch {
	case cl.help:
		fmt.Print(usage)
		return
	case cl.version:
		fmt.Println(node.Version)
		return
	}
	os.Exit(run(cl))
}

func run(cl *commandLine) int {
	exec, err := os.Executable()
	if err != nil {
		exec = os.Args[0]
	}
	alone := new(atomic.Pointer[node.Env])
	go rest(alone)
	pool, err := cl.pool()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", os.Args[0], err)
		return exitInvalidArgument
	}
	application := node.Options{
		ExecPath:   exec,
		Argv0:      os.Args[0],
		ExecArgv:   cl.execArgv,
		Script:     cl.script,
		Args:       cl.args,
		Flags:      cl.flags,
		Modules:    builtin.Modules,
		Builtin:    builtin.Source,
		BuiltinIDs: builtin.IDs,
		Forker:     &workers.Forker{HangTimeout: hangTimeout(pool), Log: os.Stderr},
	}
	if pool != nil {
		spareProcessor(pool.Workers)
		return runPool(pool, application, cl.v8Flags())
	}
	spareProcessor(1)
	v8.Init(cl.v8Flags(), 0)
	env, err := node.New(application)
	if err != nil {
		fmt.Fprintf(os.Stderr, "sluice: %v\n", err)
		return 1
	}
	alone.Store(env)
	// The process ends here: the operating system frees faster than we would.
	return env.Run()
}
