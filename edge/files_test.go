package edge

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const secret = "THE SECRET OUTSIDE"

// site is a folder with files, beside one that nobody may see.
func site(t *testing.T) (*Files, string) {
	t.Helper()
	top := t.TempDir()
	root := filepath.Join(top, "public")
	for name, text := range map[string]string{
		"secret.txt": secret, "public-secret/x.txt": secret,
		"public/index.html": "home", "public/a.txt": "a", "public/100%.txt": "percent", "public/ü b.txt": "umlaut", "public/docs/index.html": "docs",
		"public/docs/page.html": "page", "public/empty/readme": "readme", "public/.env": secret, "public/.git/config": secret, "public/.well-known/acme": "acme",
		"public/docs/.hidden/x": secret, "public/app.js": "app", "public/app.js.br": "brotli", "public/app.js.gz": "gzip", "public/old.js": "new", "public/old.js.gz": "old",
	} {
		at := filepath.Join(top, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	past := time.Now().Add(-time.Hour)
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(os.Chtimes(filepath.Join(root, "old.js.gz"), past, past))
	check(os.Chtimes(filepath.Join(root, "app.js"), past, past)) // its twins are newer
	check(os.Symlink(filepath.Join(top, "secret.txt"), filepath.Join(root, "absolute-link")))
	check(os.Symlink("../secret.txt", filepath.Join(root, "link-out")))
	check(os.Symlink("..", filepath.Join(root, "folder-out")))
	check(os.Symlink("/", filepath.Join(root, "slash")))
	check(os.Symlink("a.txt", filepath.Join(root, "link-in")))
	check(syscall.Mkfifo(filepath.Join(root, "pipe"), 0o644))
	f, err := OpenFiles(root)
	check(err)
	t.Cleanup(func() { f.Close() })
	f.Index = []string{"index.html"}
	return f, root
}

// ask is what a request for a raw path gets.
func ask(f *Files, raw, accept string) string {
	path, ok := CleanPath(raw)
	if !ok {
		return "bad"
	}
	file, err := f.Open(path, []string{accept})
	var redirect *RedirectError
	switch {
	case errors.As(err, &redirect):
		return "to " + redirect.To
	case errors.Is(err, fs.ErrNotExist):
		return "not found"
	case err != nil:
		return err.Error()
	}
	defer file.Close()
	if file.Folder {
		page, err := f.List(file, path)
		if err != nil {
			return err.Error()
		}
		return string(page)
	}
	text, err := io.ReadAll(file.Reader())
	if err != nil {
		return err.Error()
	}
	if file.Encoding != "" {
		return file.Encoding + " " + string(text)
	}
	return string(text)
}

func TestFiles(t *testing.T) {
	f, _ := site(t)
	f.Precompressed = true
	for _, c := range []struct{ path, accept, want string }{
		{"/", "", "home"}, {"/a.txt", "", "a"}, {"/a.txt/", "", "not found"}, {"/docs", "", "to /docs/"}, {"/docs/", "", "docs"}, {"/docs/page.html", "", "page"},
		{"/docs//page.html", "", "page"}, {"/docs/../a.txt", "", "a"}, {"/100%25.txt", "", "percent"}, {"/%C3%BC%20b.txt", "", "umlaut"}, {"/A.TXT", "", "not found"},
		{"/none", "", "not found"}, {"/a.txt/b", "", "not found"}, {"/empty/", "", "not found"}, {"/link-in", "", "a"}, {"/pipe", "", "not found"},
		{"/.env", "", "not found"}, {"/.git/config", "", "not found"}, {"/docs/.hidden/x", "", "not found"}, {"/.well-known/acme", "", "acme"}, {"/%2eenv", "", "not found"},
		{"/app.js", "gzip", "gzip gzip"}, {"/app.js", "gzip, br", "br brotli"}, {"/app.js", "", "app"}, {"/app.js", "zstd", "app"}, {"/old.js", "gzip", "new"},
	} {
		if got := ask(f, c.path, c.accept); got != c.want {
			t.Errorf("%s (%s): %q, want %q", c.path, c.accept, got, c.want)
		}
	}
	f.TryFiles = []string{"{path}", "{path}.html", "/index.html"}
	for _, c := range []struct{ path, want string }{{"/a.txt", "a"}, {"/docs/page", "page"}, {"/some/client/route", "home"}, {"/docs", "to /docs/"}, {"/.env", "home"}} {
		if got := ask(f, c.path, ""); got != c.want {
			t.Errorf("try_files %s: %q, want %q", c.path, got, c.want)
		}
	}
	f.TryFiles, f.Listing = nil, true
	if got := ask(f, "/empty/", ""); !strings.Contains(got, `<a href="./readme">readme</a>`) || !strings.Contains(got, `href="../"`) || strings.Contains(got, ".hidden") {
		t.Errorf("a listing: %s", got)
	}
	f.Dotfiles = true
	if got := ask(f, "/.env", ""); got != secret {
		t.Errorf("a dotfile that is allowed: %q", got)
	}
}

func TestListingIsEscaped(t *testing.T) {
	f, root := site(t)
	f.Listing = true
	name := `<img src=x onerror="a">?&'.txt`
	if err := os.WriteFile(filepath.Join(root, "empty", name), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	page := ask(f, "/empty/", "")
	if strings.Contains(page, "<img") || !strings.Contains(page, `href="./%3Cimg%20src=x%20onerror=%22a%22%3E%3F&amp;&#39;.txt"`) {
		t.Error(page)
	}
}

// TestListingShowsWhatIsThere: links are what they lead to, and what would not be answered
// with is not shown.
func TestListingShowsWhatIsThere(t *testing.T) {
	f, root := site(t)
	f.Listing = true
	dir := filepath.Join(root, "shown")
	if err := os.MkdirAll(filepath.Join(dir, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), make([]byte, 1536), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"to-folder": "folder", "to-file": "../a.txt", "out": "/etc", "up": "../../..", "nowhere": "none"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	page := ask(f, "/shown/", "")
	var names []string
	for _, m := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		names = append(names, m[1])
		if got := ask(f, "/shown/"+m[1], ""); got == "not found" {
			t.Errorf("%s is listed, and is not there", m[1])
		}
	}
	if want := []string{"../", "./folder/", "./to-folder/", "./file", "./to-file"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	if !regexp.MustCompile(`file</a> <small>1\.5 KiB, \d{4}-\d\d-\d\d \d\d:\d\d UTC</small>`).MatchString(page) {
		t.Error(page)
	}
}

func TestValidators(t *testing.T) {
	f, root := site(t)
	f.Precompressed = true
	tag := func(accept string, twins bool) string {
		file, err := f.Open("/app.js", []string{accept})
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if file.Vary != twins || file.Type != "text/javascript; charset=utf-8" {
			t.Errorf("%+v", file)
		}
		return file.ETag
	}
	plain, packed := tag("", true), tag("gzip", true)
	if plain == packed || plain[0] != '"' || plain != tag("", true) {
		t.Errorf("tags %s and %s", plain, packed)
	}
	if err := os.WriteFile(filepath.Join(root, "app.js"), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	// What was compressed before is not the same any more.
	if tag("", false) == plain {
		t.Error("the tag of a changed file")
	}
}

// Over 200 ways to ask for what is outside: none brings a byte of it.
func TestTraversal(t *testing.T) {
	f, _ := site(t)
	f.Listing, f.Precompressed = true, true
	dots := []string{"..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae", "..%00", "..%01", "...", "....", "..;", "..%20", "..%09", "%uff0e%uff0e", "..\\", "%5c..", "．．", "%2e%2e%2e"}
	slashes := []string{"/", "%2f", "%2F", "//", "\\", "%5c", "%252f", "%c0%af", "/./", "%2f%2f", "∕"}
	targets := []string{"secret.txt", "public-secret/x.txt", "secret.txt%00.html", "secret.txt/", "public/../secret.txt"}
	payloads := []string{
		"/absolute-link", "/link-out", "/folder-out/secret.txt", "/folder-out/", "/folder-out", "/slash/etc/passwd", "/slash/", "/link-in/../../secret.txt",
		"/.git/config", "/.env", "/docs/.hidden/x", "/docs/%2ehidden/x", "/./.env", "//.env", "/.env/", "/.env%00", "/.env%20", "/.ENV",
		"/proc/self/environ", "/etc/passwd", "//etc/passwd", "/C:/secret.txt", "/c$/secret.txt", "/file:///etc/passwd", "/~/secret.txt", "/public/../../secret.txt",
	}
	for _, d := range dots {
		for _, s := range slashes {
			payloads = append(payloads, "/"+d+s+targets[0], "/docs/"+d+s+d+s+targets[1], "/docs"+s+d+s+d+s+d+s+targets[0])
		}
		for _, target := range targets {
			payloads = append(payloads, "/"+d+"/"+target)
		}
	}
	for _, p := range payloads {
		if got := ask(f, p, "gzip, br, zstd"); strings.Contains(got, secret) || strings.Contains(got, "root:") || strings.Contains(got, "secret.txt") && strings.Contains(got, "<li>") {
			t.Errorf("%q got %q", p, got)
		}
	}
	if len(payloads) < 200 {
		t.Errorf("only %d payloads", len(payloads))
	}
}

// A name that is now a file and now a link to the outside never leads there.
func TestSymlinkRace(t *testing.T) {
	f, root := site(t)
	flip := filepath.Join(root, "flip")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			next := filepath.Join(root, "next")
			if i%2 == 0 {
				_ = os.Symlink("../secret.txt", next)
			} else {
				_ = os.WriteFile(next, []byte("fine"), 0o644)
			}
			_ = os.Rename(next, flip)
		}
	})
	for range 4 {
		wg.Go(func() {
			for range 2000 {
				if got := ask(f, "/flip", ""); strings.Contains(got, secret) {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	time.Sleep(300 * time.Millisecond)
	close(stop)
	<-done
}

func TestTooManyOpenFilesIsNotNotFound(t *testing.T) {
	if hidden(syscall.EMFILE) || !hidden(syscall.ELOOP) || !hidden(syscall.ENAMETOOLONG) || !hidden(fs.ErrPermission) {
		t.Error("what is hidden")
	}
	f, _ := site(t)
	if got := ask(f, "/"+strings.Repeat("a", 300), ""); got != "not found" {
		t.Errorf("a name that is too long: %q", got)
	}
}
