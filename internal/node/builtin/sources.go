// Package builtin lists what Sluice brings of Node's modules: the bundled
// JavaScript halves with their code caches, and the native halves in Go.
package builtin

import (
	_ "embed"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unsafe"

	"github.com/sluice-http/sluice/internal/node/builtin/native"
	"github.com/sluice-http/sluice/internal/node/builtin/pack"
)

// Modules are the native halves.
var Modules = native.Modules

// The bundler and the code cache tool write the pack before the Go build; see the
// Makefile. It is one string so that V8 can use the texts where they lie, in the
// read-only data of the binary.
//
//go:embed dist/builtins.pack
var packed string

var index = sync.OnceValue(func() map[string]pack.Entry { return pack.Read(packed) })

// overrideDir, from the environment, is a folder whose bundles replace the embedded
// ones: for working on the JavaScript halves without linking again.
var overrideDir = os.Getenv("SLUICE_BUILTINS")

var (
	mu     sync.Mutex
	loaded = map[string]string{} // texts from overrideDir, never freed: V8 refers to them
)

// Source is the text of a builtin and its code cache, nil when there is none.
func Source(id string) (source string, cache []byte, ok bool) {
	if overrideDir != "" {
		mu.Lock()
		defer mu.Unlock()
		text, known := loaded[id]
		if !known {
			b, err := os.ReadFile(filepath.Join(overrideDir, id+".js"))
			if err != nil {
				return "", nil, false
			}
			text = string(b)
			loaded[id] = text
		}
		return text, nil, true
	}
	e, ok := index()[id]
	if !ok {
		return "", nil, false
	}
	return e.Source, unsafe.Slice(unsafe.StringData(e.Cache), len(e.Cache)), true
}

// IDs lists all builtins.
func IDs() []string {
	if overrideDir != "" {
		return overrideIDs()
	}
	ids := make([]string, 0, len(index()))
	for id := range index() {
		ids = append(ids, id)
	}
	return ids
}

// overrideIDs lists the builtins of overrideDir, which may have some that the binary has not.
func overrideIDs() []string {
	var ids []string
	_ = filepath.WalkDir(overrideDir, func(path string, d fs.DirEntry, err error) error {
		if id, ok := strings.CutSuffix(path, ".js"); ok && err == nil {
			rel, _ := filepath.Rel(overrideDir, id)
			ids = append(ids, filepath.ToSlash(rel))
		}
		return nil
	})
	return ids
}
