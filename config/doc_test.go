package config

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every configuration in docs/edge.md, and every one in the examples, is right.
func TestDocumentedConfigurations(t *testing.T) {
	text, err := os.ReadFile("../docs/edge.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key := issue(t, "example.com")
	for name, text := range map[string]string{"app.js": "", "404.html": "", "oops.html": "", "fullchain.pem": cert, "privkey.pem": key, "public/index.html": "", "dist/index.html": ""} {
		path := filepath.Join(dir, name)
		_ = os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	blocks := regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 20 {
		t.Fatalf("%d configurations in docs/edge.md", len(blocks))
	}
	for _, b := range blocks {
		toml := strings.ReplaceAll(b[1], "/etc/letsencrypt/live/example.com/", "")
		toml = strings.ReplaceAll(toml, "$2y$10$…", "$2y$10$"+strings.Repeat("x", 53))
		if _, err := Parse(filepath.Join(dir, "sluice.toml"), []byte(toml), Options{Application: true}); err != nil {
			t.Errorf("%s\n%v", b[1], err)
		}
	}
	files, _ := filepath.Glob("../examples/*/sluice.toml")
	if len(files) == 0 {
		t.Error("no example has a configuration")
	}
	for _, file := range files {
		if _, err := Load(Options{File: file}); err != nil {
			t.Error(err)
		}
	}
}
