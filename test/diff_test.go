// Package test holds the tests that run the built binary: differential tests beside
// Node.js 24, raw exchanges over sockets, examples, and packages from npm.
package test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestDifferential runs every script below diff/ under Node.js and under Sluice: both
// must print the same and end with the same code.
//
// Scripts in folders named fixtures, and those whose name starts with _, are helpers
// of others. Comments at the top of a script say more:
//
//	// Flags: --a --b     options for both runtimes
//	// Stdin: text        what standard input is
//	// Compare: stderr    standard error must be the same too
func TestDifferential(t *testing.T) {
	node, sluice := nodePath(t), sluicePath(t)
	limit := make(chan struct{}, runtime.NumCPU())
	err := filepath.WalkDir("diff", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "fixtures" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		ext := filepath.Ext(path)
		if d.IsDir() || strings.HasPrefix(d.Name(), "_") || (ext != ".js" && ext != ".mjs" && ext != ".cjs") {
			return nil
		}
		t.Run(strings.TrimPrefix(path, "diff/"), func(t *testing.T) {
			t.Parallel()
			limit <- struct{}{}
			defer func() { <-limit }()
			s := readScript(t, path)
			tmp := t.TempDir()
			want, got := s.run(t, node, tmp), s.run(t, sluice, tmp)
			// Scripts have short times in them, which a busy machine mixes up, of either
			// runtime: once more. What differs differs again, and what hangs has no second chance.
			for again := 0; again < 3 && !want.timedOut && !got.timedOut && s.differ(want, got); again++ {
				tmp = t.TempDir()
				want, got = s.run(t, node, tmp), s.run(t, sluice, tmp)
			}
			if want.timedOut {
				t.Fatalf("the script does not end under Node.js")
			}
			compare(t, "standard output", want.stdout, got.stdout)
			if s.stderr {
				compare(t, "standard error", want.stderr, got.stderr)
			}
			if want.code != got.code || got.timedOut {
				t.Errorf("exit code: Node.js %s, Sluice %s\nstandard error of Sluice:\n%s", want.code, got.code, got.stderr)
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

type script struct {
	path   string
	flags  []string
	stdin  string
	stderr bool
}

type outcome struct {
	stdout, stderr, code string
	timedOut             bool
}

var directive = regexp.MustCompile(`(?m)^// (Flags|Stdin|Compare): (.*)$`)

func readScript(t *testing.T, path string) script {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := script{path: filepath.Base(path)}
	s.path, err = filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range directive.FindAllStringSubmatch(string(text), -1) {
		switch m[1] {
		case "Flags":
			s.flags = strings.Fields(m[2])
		case "Stdin":
			s.stdin = m[2]
		case "Compare":
			s.stderr = strings.TrimSpace(m[2]) == "stderr"
		}
	}
	return s
}

// differ says whether the outcomes are not the same.
func (s script) differ(a, b outcome) bool {
	return a.stdout != b.stdout || a.code != b.code || s.stderr && a.stderr != b.stderr
}

func (s script) run(t *testing.T, runtime, tmp string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, runtime, append(append([]string{}, s.flags...), s.path)...)
	cmd.Dir = filepath.Dir(s.path)
	cmd.Env = append(plainEnv(), "TZ=UTC", "LANG=C.UTF-8", "TMPDIR="+tmp)
	cmd.Stdin = strings.NewReader(s.stdin)
	cmd.WaitDelay = 10 * time.Second
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	o := outcome{stdout: out.String(), stderr: errs.String(), code: "0", timedOut: ctx.Err() != nil}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		o.code = exit.ProcessState.String()
	case err != nil:
		t.Fatalf("%s: %v", runtime, err)
	}
	return o
}

// plainEnv is the environment without what changes how the runtimes print.
func plainEnv() []string {
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		switch name {
		case "FORCE_COLOR", "NO_COLOR", "NODE_DISABLE_COLORS", "NODE_NO_WARNINGS", "NODE_OPTIONS", "NODE_DEBUG", "TZ", "LANG", "TMPDIR":
		default:
			env = append(env, kv)
		}
	}
	return env
}

// compare shows the first lines that differ.
func compare(t *testing.T, what, want, got string) {
	t.Helper()
	if want == got {
		return
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := 0; i < len(w) || i < len(g); i++ {
		a, b := "(nothing)", "(nothing)"
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			t.Errorf("%s differs at line %d:\n  Node.js: %s\n  Sluice:  %s", what, i+1, a, b)
			return
		}
	}
}

func nodePath(t *testing.T) string {
	t.Helper()
	return need(t, "../node_modules/node/bin/node", "npm ci installs it")
}

func sluicePath(t *testing.T) string {
	t.Helper()
	if p := os.Getenv("SLUICE"); p != "" {
		return p
	}
	return need(t, "../sluice", "make builds it")
}

func need(t *testing.T, path, how string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err == nil {
		_, err = os.Stat(abs)
	}
	if err != nil {
		t.Fatal(fmt.Errorf("%s is missing: %s", path, how))
	}
	return abs
}
