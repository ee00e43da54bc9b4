package builtin_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
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

// V8 itself refuses them for a difference in any flag.
func TestCodeCachesAreTakenUnderFlagsOfMemory(t *testing.T) {
	v8.Init("", 0)
	for _, flags := range []string{"--max-old-space-size=700", "--stack-size 900 --stack-trace-limit=12", "--expose_gc --no-gc-global"} {
		v8.SetFlags(flags)
		if refused, compiled := run(t, script, builtin.Source); refused != 0 || compiled == 0 {
			t.Errorf("after %s V8 refused %d of %d code caches", flags, refused, compiled)
		}
	}
}

// A class of errors is looked for when its first error is made: a name that is wrong would be found out only then.
func TestErrorCodesThatAreNamedExist(t *testing.T) {
	named := regexp.MustCompile(`\bcodes\.(ERR_[A-Z0-9_]+)|\bcodes: ?\{([^}]*)\}`)
	code := regexp.MustCompile(`\bERR_[A-Z0-9_]+`)
	codes := map[string]bool{}
	for _, id := range builtin.IDs() {
		text, _, _ := builtin.Source(id)
		for _, m := range named.FindAllString(text, -1) {
			for _, c := range code.FindAllString(m, -1) {
				codes[c] = true
			}
		}
	}
	if len(codes) < 100 {
		t.Fatalf("only %d codes are named", len(codes))
	}
	var check strings.Builder
	check.WriteString("const { codes } = require('internal/errors');\n")
	for c := range codes {
		fmt.Fprintf(&check, "if (!(%q in codes)) throw new Error('there is no %s');\n", c, c)
	}
	check.WriteString("if ('ERR_NO_SUCH' in codes) throw new Error('there is one that nobody has made');\n")
	run(t, "require('querystring')", func(id string) (string, []byte, bool) {
		if id == "querystring" { // one that sees what applications do not
			return check.String(), nil, true
		}
		return builtin.Source(id)
	})
}

func TestCodeCachesAreAligned(t *testing.T) {
	for _, id := range builtin.IDs() {
		if _, cache, _ := builtin.Source(id); len(cache) == 0 || !builtin.Aligned(cache) {
			t.Errorf("%s: %d bytes of code cache, aligned: %v", id, len(cache), builtin.Aligned(cache))
		}
	}
}
