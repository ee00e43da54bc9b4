package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfigCommands(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	run := func(args ...string) (code int, out, err string) {
		var stdout, stderr strings.Builder
		code, ok := command(args, &stdout, &stderr)
		if !ok {
			t.Fatalf("%q is not a command", args)
		}
		return code, stdout.String(), stderr.String()
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("good.toml", "port = 1")
	write("bad.toml", "prot = 1\nport = 99999")
	for _, c := range []struct {
		args     string
		code     int
		out, err string
	}{
		{"check", 2, "", "there is no sluice.toml here"},
		{"check good.toml", 0, "good.toml is right\n", ""},
		{"check bad.toml", 2, "", "bad.toml:1:1: unknown key \"prot\""},
		{"check bad.toml", 2, "", "bad.toml:2:8: port: expected a number from 0 to 65535"},
		{"check none.toml", 2, "", "open none.toml: no such file or directory"},
		{"check --set port=x good.toml", 2, "", "--set: port: expected a whole number"},
		{"check --set", 2, "", "--set requires an argument"},
		{"check --schema", 2, "", "bad option: --schema"},
		{"check a b", 2, "", "one file, not \"b\" too"},
		{"config good.toml", 0, "# good.toml:1\n", ""},
		{"config --set=port=2", 0, "port = 2                                 # --set\n", ""},
		{"config --schema", 0, "\"title\": \"sluice.toml\"", ""},
		{"config --help", 0, "Usage: sluice check", ""},
	} {
		code, out, err := run(strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(err, c.err) || (c.err == "") != (err == "") {
			t.Errorf("%s: %d, %q, %q", c.args, code, out, err)
		}
	}
	if _, ok := command([]string{"app.js"}, nil, nil); ok {
		t.Error("a script is no command")
	}
}
