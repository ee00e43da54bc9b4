package builtin_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/node/builtin"
	"github.com/sluice-http/sluice/internal/v8"
)

// run runs a script and returns the isolate's count of refused code caches and how
// many builtins were compiled.
func run(t *testing.T, script string, source func(id string) (string, []byte, bool)) (refused, compiled int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "x.js")
	if err := os.WriteFile(file, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	v8.Init("", 0)
	env, err := node.New(node.Options{
		ExecPath: "x", Argv0: "x", ExecArgv: []string{}, Args: []string{}, Script: file, Flags: node.Flags{},
		Modules: builtin.Modules, BuiltinIDs: builtin.IDs,
		Builtin: func(id string) (string, []byte, bool) {
			compiled++
			return source(id)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	if code := env.Run(); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	return env.Isolate.RefusedCaches(), compiled
}

const script = `require('http').createServer(() => {}); require('stream'); require('fs'); require('crypto');`

func TestCodeCachesAreTaken(t *testing.T) {
	if refused, compiled := run(t, script, builtin.Source); refused != 0 || compiled == 0 {
		t.Errorf("V8 refused %d of %d code caches", refused, compiled)
	}
}

// The test above would see it.
func TestCodeCachesOfAnotherTextAreRefused(t *testing.T) {
	refused, compiled := run(t, script, func(id string) (string, []byte, bool) {
		text, cache, ok := builtin.Source(id)
		return text + "\n", cache, ok
	})
	if refused != compiled {
		t.Errorf("V8 refused %d of %d code caches", refused, compiled)
	}
}

func TestCodeCachesAreAligned(t *testing.T) {
	for _, id := range builtin.IDs() {
		if _, cache, _ := builtin.Source(id); len(cache) == 0 || !builtin.Aligned(cache) {
			t.Errorf("%s: %d bytes of code cache, aligned: %v", id, len(cache), builtin.Aligned(cache))
		}
	}
}
