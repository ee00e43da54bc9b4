package module

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

func TestStat(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "f")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "broken")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{dir: isDirectory, file: isFile, "/dev/null": isFile, file + "/": isNeither, dir + "/broken": isNeither, dir + "/none": isNeither, "": isNeither} {
		if got := stat(path); got != want {
			t.Errorf("stat(%q) = %d, want %d", path, got, want)
		}
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	for _, size := range []int{0, 1, 7, 8, 511, 512, 513, 70000} {
		want := strings.Repeat("x", size)
		file := filepath.Join(dir, "f")
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := readFile(file); err != nil || string(got) != want {
			t.Errorf("%d bytes: got %d bytes, %v", size, len(got), err)
		}
	}
	// Files that have no size until they are read.
	if got, err := readFile("/proc/self/status"); err != nil || !strings.HasPrefix(string(got), "Name:") {
		t.Errorf("/proc/self/status: %q, %v", got, err)
	}
	for path, want := range map[string]syscall.Errno{dir: syscall.EISDIR, dir + "/none": syscall.ENOENT} {
		if _, err := readFile(path); node.Errno(err) != want {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}

func TestText(t *testing.T) {
	for _, s := range []string{"", "a", "12345678", "123456789", strings.Repeat("x", 1000)} {
		if _, ok := text([]byte(s)).(v8.Latin1); !ok {
			t.Errorf("%q is not taken for ASCII", s)
		}
	}
	for in, want := range map[string]string{"é": "é", "1234567é": "1234567é", "12345678é": "12345678é", "\xff": "\uFFFD", "abcdefgh\x80": "abcdefgh\uFFFD"} {
		if got := text([]byte(in)); got != want {
			t.Errorf("text(%q) = %v", in, got)
		}
	}
}
