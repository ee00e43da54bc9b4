package workers

import (
	"os"
	"path/filepath"
	"testing"
)

// TestFileWatch: what was loaded, or is below a root, is watched, and nothing else. A file
// that is replaced by another, as editors do, has changed, and so has one that came back.
func TestFileWatch(t *testing.T) {
	dir, root := t.TempDir(), t.TempDir()
	write := func(path, text string) string {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	f := &fileWatch{roots: []string{root}, files: map[string]stamp{}}
	changed := func(what, want string) {
		t.Helper()
		if got := f.changed(); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
		if got := f.changed(); got != "" {
			t.Errorf("%s is told twice: %q", what, got)
		}
	}
	loaded := write(filepath.Join(dir, "loaded.js"), "1")
	known := write(filepath.Join(root, "known"), "1")
	f.add(loaded)
	changed("the beginning", "")
	write(filepath.Join(dir, "unused.js"), "1")
	changed("a file that was not loaded", "")
	write(loaded, "22")
	changed("a file that was loaded", loaded)
	if err := os.Rename(write(filepath.Join(dir, "new"), "333"), loaded); err != nil {
		t.Fatal(err)
	}
	changed("a file that was replaced", loaded)
	if err := os.Remove(loaded); err != nil {
		t.Fatal(err)
	}
	changed("a file that is gone", loaded)
	write(loaded, "333")
	changed("a file that came back", loaded)
	write(known, "22")
	changed("a file below a root", known)
	changed("a new file below a root", write(filepath.Join(root, "new"), ""))
}
