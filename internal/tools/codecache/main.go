// Command codecache compiles the bundled builtins with V8 and packs texts and code
// caches into the one file that package builtin embeds.
//
//	codecache DIST-DIR
package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/sluice-http/sluice/internal/node/builtin/pack"
	"github.com/sluice-http/sluice/internal/v8"
)

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
	if err != nil {
		return err
	}
	v8.Init("", 0)
	iso, err := v8.New(v8.Options{Builtin: func(id string) (string, []byte, bool) {
		e, ok := entries[id]
		return e.Source, nil, ok
	}})
	if err != nil {
		return err
	}
	defer iso.Dispose()
	for id, e := range entries {
		cache, err := iso.BuiltinCache(id)
		if err != nil {
			return fmt.Errorf("builtin %s: %w", id, err)
		}
		e.Cache = string(cache)
		entries[id] = e
	}
	return os.WriteFile(filepath.Join(dir, "builtins.pack"), pack.Write(entries), 0o644)
}
