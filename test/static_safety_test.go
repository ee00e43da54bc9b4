package test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// What must never leave a folder that is served, and what happens to answers whose files
// change under them: with the command and in a Go program.

const outside = "THE SECRET OUTSIDE"

// guardedSite is a folder beside files that nobody may see, with links that lead to them.
func guardedSite(t *testing.T) string {
	t.Helper()
	top := t.TempDir()
	root := filepath.Join(top, "public")
	for name, text := range map[string]string{
		"secret.txt": outside, "secret.txt.gz": outside, "public-secret/x.txt": outside, "public.txt": outside, "public/a.txt": "a", "public/index.html": "home", "public/docs/page.html": "page",
		"public/.env": outside, "public/.git/config": outside, "public/docs/.hidden/x": outside, "public/.env.gz": outside,
	} {
		name = filepath.Join(top, name)
		check(t, os.MkdirAll(filepath.Dir(name), 0o755))
		check(t, os.WriteFile(name, []byte(text), 0o644))
	}
	for link, to := range map[string]string{
		"absolute": filepath.Join(top, "secret.txt"), "relative": "../secret.txt", "folder": "..", "slash": "/", "proc": "/proc/self/root", "docs/up": "../../secret.txt", "docs/upup": "../..",
		"chain": "relative", "inside-out": "docs/../../secret.txt", "index.html.gz": "../secret.txt.gz", "a.txt.br": "../secret.txt", "own": filepath.Join(top, "public", "..", "secret.txt"),
	} {
		check(t, os.Symlink(to, filepath.Join(root, link)))
	}
	return root
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// traversals are ways to ask for what is outside.
func traversals() []string {
	payloads := []string{
		"/absolute", "/relative", "/folder", "/folder/", "/folder/secret.txt", "/folder/public-secret/x.txt", "/slash", "/slash/", "/slash/etc/passwd", "/slash/proc/self/environ", "/proc/etc/passwd",
		"/docs/up", "/docs/upup/secret.txt", "/docs/upup/", "/chain", "/inside-out", "/own", "/absolute/", "/relative/", "/relative%00.txt", "/relative?x", "/folder%2fsecret.txt", "/folder/../secret.txt",
		"/.git/config", "/.env", "/docs/.hidden/x", "/docs/%2ehidden/x", "/./.env", "//.env", "/.env/", "/.env%00", "/.env%20", "/%2eenv", "/%2Egit/config", "/docs/../.env", "/a.txt/../.env", "/.env.", "/.env;x", "/.env::$DATA",
		"/proc/self/environ", "/etc/passwd", "//etc/passwd", "///etc/passwd", "/C:/secret.txt", "/c$/secret.txt", "/file:///etc/passwd", "/~/secret.txt", "/~root/.ssh/id_rsa", "/public/../../secret.txt", "/public-secret/x.txt", "/../public-secret/x.txt", "/../public.txt", "/..public.txt",
		"http://a.example/../secret.txt", "http://a.example/relative", "http://a.example/%2e%2e/secret.txt", "http:///secret.txt", "../secret.txt", "..", "*", "secret.txt", "?/../secret.txt", "/?/../../secret.txt", "/#/../secret.txt", "/a.txt#/../../secret.txt",
	}
	dots := []string{"..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "%25252e.", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae", "..%00", "..%01", "...", "....", "..;", "..%20", "..%09", "..%0d", "..%0a", "%uff0e%uff0e", "..\\", "%5c..", "．．", "%2e%2e%2e", "..%ff", "%2e%2e;a=b"}
	slashes := []string{"/", "%2f", "%2F", "//", "\\", "%5c", "%252f", "%c0%af", "%e0%80%af", "/./", "%2f%2f", "∕", "/%2e/", ";/"}
	for _, d := range dots {
		for _, s := range slashes {
			payloads = append(payloads, "/"+d+s+"secret.txt", "/docs/"+d+s+d+s+"public-secret/x.txt", "/docs"+s+d+s+d+s+d+s+"secret.txt", "/"+strings.Repeat(d+s, 12)+"etc/passwd", "/a.txt"+s+d+s+d+s+"secret.txt")
		}
	}
	return payloads
}

// Not a byte from outside of the folder leaves it.
func TestStaticTraversal(t *testing.T) {
	payloads := traversals()
	if len(payloads) < 200 {
		t.Fatalf("only %d payloads", len(payloads))
	}
	root := guardedSite(t)
	for _, mode := range staticModes[:2] {
		t.Run(mode.name, func(t *testing.T) {
			s := mode.start(t, root)
			statuses := map[string]int{}
			for _, payload := range payloads {
				for _, method := range []string{"GET", "HEAD", "POST"} {
					got := rawExchange(t, s, method+" "+payload+" HTTP/1.1\r\nHost: a.example\r\nAccept-Encoding: gzip, br\r\nConnection: close\r\n\r\n")
					if strings.Contains(got, outside) || strings.Contains(got, "root:") || strings.Contains(got, "PATH=") || strings.Contains(got, "<li>") {
						t.Errorf("%s %q got %q", method, payload, clip(got))
					}
					if !strings.HasPrefix(got, "HTTP/1.1 ") {
						t.Errorf("%s %q got no answer: %q", method, payload, clip(got))
						continue
					}
					statuses[got[9:12]]++
				}
			}
			// Had everything been refused for another reason, nothing would be proved.
			if statuses["404"] < len(payloads)/2 || statuses["200"] == 0 {
				t.Errorf("answers by status: %v", statuses)
			}
			if got := rawExchange(t, s, "GET /a.txt HTTP/1.0\r\n\r\n"); !strings.HasSuffix(got, "\r\n\r\na") {
				t.Errorf("what may be seen: %q", got)
			}
		})
	}
}

// rawExchange sends bytes and returns what comes until the end.
func rawExchange(t *testing.T, s served, send string) string {
	t.Helper()
	c := s.dial(t)
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	_, err := io.WriteString(c, send)
	check(t, err)
	p, _ := io.ReadAll(c) // a reset after the answer is as good as an end
	return string(p)
}

// Names that are now files and now links to the outside, in the last place and on the
// way, never lead there, however many ask meanwhile.
func TestStaticSymlinkRace(t *testing.T) {
	for _, mode := range staticModes {
		t.Run(mode.name, func(t *testing.T) {
			root := guardedSite(t)
			s := mode.start(t, root)
			check(t, os.MkdirAll(filepath.Join(root, "real"), 0o755))
			check(t, os.WriteFile(filepath.Join(root, "real", "secret.txt"), []byte("fine"), 0o644))
			stop := make(chan struct{})
			var flipping, asking sync.WaitGroup
			flip := func(name string, good func(next string)) {
				next, name := filepath.Join(root, name+".next"), filepath.Join(root, name)
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
					}
					if i%2 == 0 {
						good(next)
					} else if strings.HasSuffix(name, "folder-flip") {
						_ = os.Symlink("..", next)
					} else {
						_ = os.Symlink("../secret.txt", next)
					}
					_ = os.Rename(next, name)
				}
			}
			flipping.Go(func() {
				flip("flip", func(next string) { _ = os.WriteFile(next, []byte("fine"), 0o644) })
			})
			flipping.Go(func() { flip("folder-flip", func(next string) { _ = os.Symlink("real", next) }) })
			var fine, hidden int
			var mu sync.Mutex
			for k := range 8 {
				path := []string{"/flip", "/folder-flip/secret.txt"}[k%2]
				asking.Go(func() {
					for c := s.client(); ; {
						r, err := c.Get(s.url() + path)
						if err != nil {
							t.Error(err)
							return
						}
						p, err := io.ReadAll(r.Body)
						r.Body.Close()
						mu.Lock()
						switch {
						case err != nil || strings.Contains(string(p), outside):
							t.Errorf("%s: %v %q", path, err, p)
						case r.StatusCode == 200 && string(p) == "fine":
							fine++
						case r.StatusCode == 404:
							hidden++
						default:
							t.Errorf("%s: %d %q", path, r.StatusCode, p)
						}
						enough := t.Failed() || fine+hidden >= 4000 && fine > 100 && hidden > 100
						mu.Unlock()
						if enough {
							c.CloseIdleConnections()
							return
						}
					}
				})
			}
			asking.Wait()
			close(stop)
			flipping.Wait()
		})
	}
}

// lines is a large text of which every piece says where it stands.
func lines(n int, state string) []byte {
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "%s %010d\n", state, b.Len())
	}
	return b.Bytes()[:n]
}

const largeFile = 24 << 20 // more than sockets hold

// A file that changes while it is sent: who asked gets the one state or an answer that is
// cut, never a mixture that looks complete.
func TestStaticFileChanges(t *testing.T) {
	before, after := lines(largeFile, "before"), lines(largeFile, "after")
	for _, c := range []struct {
		name   string
		change func(name string) error
		whole  bool // the answer is complete
	}{
		{"replaced", func(name string) error {
			if err := os.WriteFile(name+".new", after, 0o644); err != nil {
				return err
			}
			return os.Rename(name+".new", name)
		}, true},
		{"removed", os.Remove, true},
		{"longer", func(name string) error {
			f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
			if err == nil {
				_, err = f.Write(after)
				f.Close()
			}
			return err
		}, true},
		{"shorter", func(name string) error { return os.Truncate(name, largeFile/2) }, false},
		{"empty", func(name string) error { return os.Truncate(name, 0) }, false},
		{"written to", func(name string) error {
			f, err := os.OpenFile(name, os.O_WRONLY, 0)
			if err == nil {
				_, err = f.WriteAt(after, 0)
				f.Close()
			}
			return err
		}, false},
	} {
		for _, mode := range staticModes {
			t.Run(c.name+"/"+mode.name, func(t *testing.T) {
				root := filepath.Join(t.TempDir(), "public")
				check(t, os.Mkdir(root, 0o755))
				name := filepath.Join(root, "large.txt")
				check(t, os.WriteFile(name, before, 0o644))
				s := mode.start(t, root)
				conn := s.dial(t)
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(60 * time.Second))
				fmt.Fprint(conn, "GET /large.txt HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
				in := bufio.NewReader(conn)
				r, err := http.ReadResponse(in, nil)
				check(t, err)
				if r.StatusCode != 200 || r.ContentLength != largeFile {
					t.Fatalf("%d, length %d", r.StatusCode, r.ContentLength)
				}
				// A clock of the file system may not have ticked since the file was made.
				time.Sleep(20 * time.Millisecond)
				check(t, c.change(name))
				got, err := io.ReadAll(r.Body)
				if c.whole {
					if err != nil || !bytes.Equal(got, before) {
						t.Fatalf("%d bytes: %v", len(got), err)
					}
					if r, err := http.ReadResponse(in, nil); err != nil || r.StatusCode != 404 {
						t.Errorf("the next answer: %v %v", r, err)
					}
					return
				}
				if err == nil || len(got) >= largeFile {
					t.Errorf("%d bytes without an error", len(got))
				}
			})
		}
	}
}

// Answers from files, from memory and of parts leave one connection in the order of the
// requests, and no file stays open.
func TestStaticPipeline(t *testing.T) {
	root := staticSite(t)
	large := lines(largeFile, "large")
	check(t, os.WriteFile(filepath.Join(root, "large.txt"), large, 0o644))
	for _, mode := range staticModes {
		t.Run(mode.name, func(t *testing.T) {
			s := mode.start(t, root)
			c := s.dial(t)
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(60 * time.Second))
			type request struct {
				method, path, ranges string
				status               int
				body                 []byte
			}
			requests := []request{
				{"GET", "/data.txt", "", 200, staticData}, {"GET", "/large.txt", "", 200, large}, {"GET", "/data.txt", "0-9", 206, staticData[:10]}, {"HEAD", "/large.txt", "", 200, nil},
				{"GET", "/none", "", 404, nil}, {"GET", "/large.txt", "1000000-1999999", 206, large[1000000:2000000]}, {"GET", "/docs", "", 301, nil}, {"GET", "/large.txt", "-1", 206, large[largeFile-1:]},
				{"GET", "/large.txt", fmt.Sprint(largeFile, "-"), 416, nil}, {"GET", "/large.txt", "", 200, large}, {"GET", "/empty.css", "", 200, []byte{}},
			}
			go func() {
				for i := range 2 * len(requests) {
					q := requests[i%len(requests)]
					ranges := ""
					if q.ranges != "" {
						ranges = "Range: bytes=" + q.ranges + "\r\n"
					}
					fmt.Fprintf(c, "%s %s HTTP/1.1\r\nHost: a\r\n%s\r\n", q.method, q.path, ranges)
				}
				fmt.Fprint(c, "GET /large.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=0-9,10000000-19999999\r\nConnection: close\r\n\r\n")
			}()
			in := bufio.NewReader(c)
			for i := range 2 * len(requests) {
				q := requests[i%len(requests)]
				r, err := http.ReadResponse(in, &http.Request{Method: q.method})
				if err != nil {
					t.Fatalf("answer %d: %v", i, err)
				}
				body, err := io.ReadAll(r.Body)
				if err != nil || r.StatusCode != q.status || q.body != nil && !bytes.Equal(body, q.body) {
					t.Fatalf("answer %d, to %s %s: %d, %d bytes, %v", i, q.method, q.path, r.StatusCode, len(body), err)
				}
			}
			r, err := http.ReadResponse(in, nil)
			check(t, err)
			body, err := io.ReadAll(r.Body)
			if err != nil || int64(len(body)) != r.ContentLength || !bytes.Contains(body, large[10000000:20000000]) {
				t.Errorf("parts: %d bytes of %d, %v", len(body), r.ContentLength, err)
			}
			if _, err := in.ReadByte(); err != io.EOF {
				t.Errorf("after the last answer: %v", err)
			}
			if left := openBelow(t, s.pid, filepath.Join(root, "large.txt"), 0); left != 0 {
				t.Errorf("the file is open %d times", left)
			}
		})
	}
}

// Clients that leave in the middle leave no file open.
func TestStaticAborted(t *testing.T) {
	root := staticSite(t)
	check(t, os.WriteFile(filepath.Join(root, "large.txt"), lines(largeFile, "large"), 0o644))
	for _, mode := range staticModes {
		t.Run(mode.name, func(t *testing.T) {
			s := mode.start(t, root)
			for i := range 40 {
				c := s.dial(t)
				fmt.Fprint(c, "GET /large.txt HTTP/1.1\r\nHost: a\r\n\r\nGET /large.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=0-9,20000000-\r\n\r\n")
				_, err := io.CopyN(io.Discard, c, int64(1+i*100_000))
				check(t, err)
				if i%2 == 0 {
					s.abort(c)
				}
				c.Close()
			}
			if left := openBelow(t, s.pid, filepath.Join(root, "large.txt"), 0); left != 0 {
				t.Errorf("the file is open %d times", left)
			}
			if got := rawExchange(t, s, get("/data.txt")); !strings.HasSuffix(got, string(staticData)) {
				t.Errorf("afterwards: %q", clip(got))
			}
		})
	}
}

// openBelow counts the descriptors of a process that are a file, when they are no more
// than want, or do not become so.
func openBelow(t *testing.T, pid int, name string, want int) (n int) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		dir := fmt.Sprintf("/proc/%d/fd", pid)
		links, err := os.ReadDir(dir)
		if err != nil {
			t.Skip("no /proc")
		}
		n = 0
		for _, l := range links {
			if to, _ := os.Readlink(filepath.Join(dir, l.Name())); strings.HasPrefix(to, name) {
				n++
			}
		}
		if n <= want || time.Now().After(deadline) {
			return n
		}
	}
}
