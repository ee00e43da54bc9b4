package fs

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestMakeAll(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, first string
		err         error
	}{
		{"a", "a", nil},
		{"a", "", nil},
		{"a/b/c", "a/b", nil},
		{"a/../d/e//f/", "a/../d", nil},
		{"file", "", unix.EEXIST},
		{"file/x", "", unix.ENOTDIR},
		{"file/x/y", "", unix.ENOTDIR},
	} {
		first, err := makeAll(root+"/"+c.path, 0o777)
		if strings.TrimPrefix(first, root+"/") != c.first || err != c.err {
			t.Errorf("makeAll(%q) = %q, %v; want %q, %v", c.path, first, err, c.first, c.err)
		}
	}
	if _, err := makeAll("", 0o777); err != unix.ENOENT {
		t.Errorf("an empty path: %v", err)
	}
}

func TestParent(t *testing.T) {
	for path, want := range map[string]string{"a": ".", ".": ".", "": "", "/": "/", "/a": "/", "a/b": "a", "a//b": "a", "/a/b": "/a"} {
		if got := parent(path); got != want {
			t.Errorf("parent(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestReadDirectoryIsSortedAndKnowsTypes(t *testing.T) {
	root := t.TempDir()
	var want []entry
	// More than one batch of the kernel's.
	for i := range 2000 {
		name := strings.Repeat("n", 1+i%40) + string(rune('a'+i%26)) + time.Duration(i).String()
		if err := os.WriteFile(filepath.Join(root, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(root, "zz"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("zz", filepath.Join(root, "zzz")); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		kind := byte(1)
		switch {
		case e.IsDir():
			kind = 2
		case e.Type()&os.ModeSymlink != 0:
			kind = 3
		}
		want = append(want, entry{e.Name(), kind})
	}
	got, err := readDirectory(root)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("readDirectory: %d entries, %v; want %d", len(got), err, len(want))
	}
	if _, err := readDirectory(filepath.Join(root, "nope")); err != unix.ENOENT {
		t.Errorf("missing: %v", err)
	}
}

func TestWalk(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Join(root, "a/b"), 0o700))
	must(os.WriteFile(filepath.Join(root, "a/b/file"), nil, 0o600))
	must(os.Symlink("a/b", filepath.Join(root, "relative")))
	must(os.Symlink(filepath.Join(root, "relative"), filepath.Join(root, "twice")))
	must(os.Symlink("../../a", filepath.Join(root, "a/b/up")))
	must(os.Symlink("loop", filepath.Join(root, "loop")))
	for path, want := range map[string]string{
		"a/b/file": "a/b/file", "relative/file": "a/b/file", "twice/file": "a/b/file", "a/b/up/b/up/b/file": "a/b/file", "a/../a/./b//": "a/b",
	} {
		got, err := walk(root + "/" + path)
		if err != nil || got != filepath.Join(root, want) {
			t.Errorf("walk(%q) = %q, %v", path, got, err)
		}
		system, err := resolve(root + "/" + path)
		if err != nil || system != got {
			t.Errorf("resolve(%q) = %q, %v", path, system, err)
		}
	}
	for _, path := range []string{"loop", "nope/x", "a/b/file/x"} {
		if got, err := walk(root + "/" + path); err == nil {
			t.Errorf("walk(%q) = %q", path, got)
		}
	}
	if got, err := walk("/"); got != "/" || err != nil {
		t.Errorf("walk(/) = %q, %v", got, err)
	}
}

func TestRemove(t *testing.T) {
	root := t.TempDir()
	outside := filepath.Join(root, "outside")
	tree := filepath.Join(root, "tree")
	for _, dir := range []string{outside, tree + "/a/b", tree + "/empty"} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(outside+"/kept", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, tree+"/a/link"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(tree+"/a/b/file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := remover{}
	if f := r.remove(tree); f != nil {
		t.Fatalf("remove: %+v", f)
	}
	if _, err := os.Lstat(tree); !os.IsNotExist(err) {
		t.Errorf("still there: %v", err)
	}
	if _, err := os.Lstat(outside + "/kept"); err != nil {
		t.Errorf("what a link showed was removed: %v", err)
	}
	if f := r.remove(tree); f != nil {
		t.Errorf("what is not there is no failure: %+v", f)
	}
}

func TestRemoveTriesAgain(t *testing.T) {
	calls := 0
	r := remover{retries: 2}
	f := r.try("rmdir", "x", func() error { calls++; return unix.EBUSY })
	if calls != 3 || f == nil || f.err != unix.EBUSY {
		t.Errorf("%d calls, %+v", calls, f)
	}
	calls = 0
	if f := r.try("rmdir", "x", func() error { calls++; return unix.EACCES }); calls != 1 || f == nil {
		t.Errorf("a reason that does not pass: %d calls, %+v", calls, f)
	}
}

func TestCopy(t *testing.T) {
	root := t.TempDir()
	from, to := filepath.Join(root, "from"), filepath.Join(root, "to")
	text := strings.Repeat("0123456789", 50_000)
	if err := os.WriteFile(from, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, []byte(text+"longer"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := copyContents(from, to, 0); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(to)
	if err != nil || string(got) != text {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if s, err := os.Stat(to); err != nil || s.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", s.Mode(), err)
	}
	if err := copyContents(from, to, copyExclusive); err != unix.EEXIST {
		t.Errorf("exclusive: %v", err)
	}
	if err := copyContents(from, from, 0); err != nil {
		t.Errorf("onto itself: %v", err)
	}
	if got, _ := os.ReadFile(from); string(got) != text {
		t.Errorf("onto itself: %d bytes are left", len(got))
	}
	// The kernel does not tell the size of these, and does not copy them either.
	if err := copyContents("/proc/self/status", to, 0); err != nil {
		t.Errorf("/proc: %v", err)
	}
	if got, _ := os.ReadFile(to); !strings.HasPrefix(string(got), "Name:") {
		t.Errorf("/proc: %q", got)
	}
}

func TestTimespec(t *testing.T) {
	for seconds, want := range map[float64]unix.Timespec{
		0: {}, 1.5: {Sec: 1, Nsec: 500_000_000}, -0.25: {Sec: -1, Nsec: 750_000_000}, 1795227325.123457: {Sec: 1795227325, Nsec: 123_457_000}, -2: {Sec: -2},
	} {
		if got := timespec(seconds); got != want {
			t.Errorf("timespec(%v) = %+v, want %+v", seconds, got, want)
		}
	}
}

func TestASCII(t *testing.T) {
	for length := range 40 {
		b := []byte(strings.Repeat("a", length))
		if !ascii(b) {
			t.Errorf("%d letters", length)
		}
		for i := range b {
			b[i] = 0x80
			if ascii(b) {
				t.Errorf("byte %d of %d", i, length)
			}
			b[i] = 'a'
		}
	}
}

func TestReadAllOfAPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text := strings.Repeat("pipe", 50_000)
	go func() {
		_ = WriteAll(int(w.Fd()), []byte(text))
		_ = w.Close()
	}()
	got, err := readAll(int(r.Fd()))
	if err != nil || string(got) != text {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestHandleType(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for want, fd := range map[string]int{"PIPE": int(r.Fd()), "FILE": int(file.Fd()), "INVALID": 1 << 20} {
		if got := HandleType(fd); got != want {
			t.Errorf("%d is %s, want %s", fd, got, want)
		}
	}
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := HandleType(fds[0]); got != "PIPE" {
		t.Errorf("a Unix socket is %s", got)
	}
	_ = unix.Close(fds[0])
	_ = unix.Close(fds[1])
}
