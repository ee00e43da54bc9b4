// Command codecache compiles the bundled builtins with V8 and packs texts and code
// caches into the one file that package builtin embeds.
//
//	codecache DIST-DIR
//
// V8 compiles a function when it is first called, and a code cache has what was
// compiled. So an application runs first, warm.js, which does what applications do.
package main

import (
	_ "embed"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/node/builtin/native"
	"github.com/sluice-http/sluice/internal/node/builtin/pack"
	"github.com/sluice-http/sluice/internal/v8"
)

//go:embed warm.js
var warm []byte

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: codecache DIST-DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "codecache:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	entries, err := read(dir)
	if err != nil {
		return err
	}
	// A code cache says which functions the baseline compiler has compiled, and V8 compiles them again as soon as it
	// has read them, whether or not the application calls them often.
	v8.Init("--no-sparkplug", 0)
	env, used, err := warmUp(entries)
	if err != nil {
		return err
	}
	v8.SetFlags("--sparkplug") // V8 refuses code caches that were made under other flags than it has
	for id, e := range entries {
		cache, err := env.Isolate.BuiltinCache(id)
		if err != nil {
			return fmt.Errorf("builtin %s: %w", id, err)
		}
		e.Cache = string(cache)
		entries[id] = e
	}
	env.Close()
	return os.WriteFile(filepath.Join(dir, "builtins.pack"), pack.Write(entries, used), 0o644)
}

// read is the texts of the builtins.
func read(dir string) (map[string]pack.Entry, error) {
	entries := map[string]pack.Entry{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".js") {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		text, err := os.ReadFile(path)
		entries[strings.TrimSuffix(filepath.ToSlash(rel), ".js")] = pack.Entry{Source: string(text)}
		return err
	})
	return entries, err
}

// warmUp runs warm.js and returns the environment that it ran in, and the builtins in the order
// in which it needed them.
func warmUp(entries map[string]pack.Entry) (_ *node.Env, used []string, _ error) {
	tmp, err := os.MkdirTemp("", "codecache-")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(tmp)
	script := filepath.Join(tmp, "warm.js")
	if err := os.WriteFile(script, warm, 0o644); err != nil {
		return nil, nil, err
	}
	exec, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	env, err := node.New(node.Options{
		ExecPath: exec, Argv0: exec, ExecArgv: []string{}, Script: script, Args: []string{}, Flags: node.Flags{},
		Modules: native.Modules,
		Builtin: func(id string) (string, []byte, bool) {
			e, ok := entries[id]
			used = append(used, id)
			return e.Source, nil, ok
		},
		BuiltinIDs:   func() []string { return slices.Collect(maps.Keys(entries)) },
		KeepBuiltins: true,
	})
	if err != nil {
		return nil, nil, err
	}
	if code := env.Run(); code != 0 {
		return nil, nil, fmt.Errorf("%s ended with code %d", script, code)
	}
	return env, used, nil
}
