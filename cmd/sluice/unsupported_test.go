package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOptionsThatAreNotImplemented(t *testing.T) {
	for name := range refused {
		if _, ok := options[name]; !ok {
			t.Errorf("--%s is refused and not known", name)
		}
		if _, ok := withoutEffect[name]; ok {
			t.Errorf("--%s is refused and without effect", name)
		}
	}
	for name := range withoutEffect {
		if _, ok := options[name]; !ok {
			t.Errorf("--%s has no effect and is not known", name)
		}
	}
	for _, c := range []struct{ args, fails, notes string }{
		{args: "--trace-warnings a.js"},
		{args: "--no-experimental-permission a.js"},
		{args: "--tls-min-v1.2 --tls-max-v1.2 a.js"},
		{args: "--tls-min-v1.3 --tls-max-v1.2 a.js", fails: "either --tls-min-v1.3 or --tls-max-v1.2 can be used, not both"},
		{args: "--experimental-permission a.js", fails: "--experimental-permission is not supported: the permission model is not implemented"},
		{args: "--trace-exit --inspect=9229 a.js", notes: "warning: --inspect has no effect: there is no inspector yet\n"},
		{args: "--trace-exit a.js", notes: "warning: --trace-exit has no effect"},
	} {
		cl, err := parse(strings.Fields(c.args))
		if err != nil {
			t.Errorf("%s: %v", c.args, err)
			continue
		}
		var notes strings.Builder
		err = cl.checkSupport(&notes)
		if (err != nil) != (c.fails != "") || err != nil && err.Error() != c.fails {
			t.Errorf("%s: error %v, want %q", c.args, err, c.fails)
		}
		if (notes.Len() > 0) != (c.notes != "") || !strings.Contains(notes.String(), c.notes) {
			t.Errorf("%s: notes %q, want %q", c.args, notes.String(), c.notes)
		}
	}
}

func TestEnvFiles(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a := file("a.env", "SLUICE_T_ONE=1\nSLUICE_T_TWO=\"two\\nlines\"\nSLUICE_T_SET=no\n")
	b := file("b.env", "SLUICE_T_ONE=2 # the later wins\n")
	t.Setenv("SLUICE_T_SET", "yes")
	for _, name := range []string{"SLUICE_T_ONE", "SLUICE_T_TWO"} {
		defer os.Unsetenv(name)
	}
	load := func(args ...string) (string, error) {
		cl, err := parse(append(args, "script.js"))
		if err != nil {
			t.Fatal(err)
		}
		var notes strings.Builder
		err = cl.loadEnvFiles(&notes)
		return notes.String(), err
	}
	if notes, err := load("--env-file", a, "--env-file="+b, "--env-file-if-exists", filepath.Join(dir, "none")); err != nil || notes != filepath.Join(dir, "none")+" not found. Continuing without it.\n" {
		t.Fatalf("notes %q, error %v", notes, err)
	}
	for name, want := range map[string]string{"SLUICE_T_ONE": "2", "SLUICE_T_TWO": "two\nlines", "SLUICE_T_SET": "yes"} {
		if got := os.Getenv(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if _, err := load("--env-file=" + filepath.Join(dir, "none")); err == nil || err.Error() != filepath.Join(dir, "none")+": not found" {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := load("--env-file=" + dir); err == nil {
		t.Error("a folder is no file")
	}
}
