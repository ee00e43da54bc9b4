package edge

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluice-http/sluice/http1/http1net"
)

// old makes files so old that what is found may be kept.
func old(t *testing.T, root string, names ...string) {
	t.Helper()
	for _, name := range names {
		past := time.Now().Add(-time.Hour)
		if err := os.Chtimes(filepath.Join(root, name), past, past); err != nil {
			t.Fatal(err)
		}
	}
}

// at is a moment so far from now that files which are made now are settled.
func at(d time.Duration) int64 { return time.Now().Add(time.Hour + d).UnixNano() }

// kept counts the entries of a cache.
func (c *fileCache) kept() (entries, bytes, opens int) {
	for i := range c.shard {
		entries += len(c.shard[i].entries)
		bytes += c.shard[i].bytes
		opens += c.shard[i].opens
	}
	return
}

// found is the content of what a path means at a moment.
func found(t *testing.T, f *Files, path, accept string, now int64) string {
	t.Helper()
	file, err := f.find(path, http1net.Header{{Name: "Accept-Encoding", Value: accept}}, now)
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	p, err := io.ReadAll(file.Reader())
	if err != nil {
		t.Fatal(err)
	}
	return string(p)
}

func write(t *testing.T, root, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// What is kept is served as long as it is so, and not longer than a moment after.
func TestCacheSeesEveryChange(t *testing.T) {
	const notFound = "file does not exist"
	replace := func(root, name, text string) {
		write(t, root, name+".new", text)
		if err := os.Rename(filepath.Join(root, name+".new"), filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	large := strings.Repeat("x", smallFile+1)
	for _, c := range []struct {
		name         string
		path, accept string
		prepare      func(root string)
		change       func(root string)
		before, then string
	}{
		{"written to", "/a.txt", "", nil, func(root string) { write(t, root, "a.txt", "b") }, "a", "b"},
		{"replaced", "/a.txt", "", nil, func(root string) { replace(root, "a.txt", "b") }, "a", "b"},
		{"removed", "/a.txt", "", nil, func(root string) { os.Remove(filepath.Join(root, "a.txt")) }, "a", notFound},
		{"behind a link", "/link-in", "", nil, func(root string) { replace(root, "a.txt", "b") }, "a", "b"},
		{"now a link to the outside", "/a.txt", "", nil, func(root string) {
			os.Remove(filepath.Join(root, "a.txt"))
			os.Symlink("../secret.txt", filepath.Join(root, "a.txt"))
		}, "a", notFound},
		{"its folder a link to the outside", "/docs/page.html", "", nil, func(root string) {
			os.Rename(filepath.Join(root, "docs"), filepath.Join(root, "docs2"))
			os.Symlink("..", filepath.Join(root, "docs"))
		}, "page", notFound},
		{"an index appears", "/empty/", "", func(root string) { write(t, root, "empty/index.htm", "second") },
			func(root string) { write(t, root, "empty/index.html", "first") }, "second", "first"},
		{"a twin appears", "/a.txt", "gzip", nil, func(root string) { write(t, root, "a.txt.gz", "packed") }, "a", "packed"},
		{"a twin goes", "/app.js", "gzip", nil, func(root string) { os.Remove(filepath.Join(root, "app.js.gz")) }, "gzip", "app"},
		{"a twin is made again", "/old.js", "gzip", nil, func(root string) { write(t, root, "old.js.gz", "new twin") }, "new", "new twin"},
		{"a large one is replaced", "/large", "", func(root string) { write(t, root, "large", large) },
			func(root string) { replace(root, "large", "small") }, large, "small"},
		{"a large one is written to", "/large", "", func(root string) { write(t, root, "large", large) },
			func(root string) { write(t, root, "large", "y"+large[1:]) }, large, "y" + large[1:]},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, root := site(t)
			f.Precompressed, f.Index = true, []string{"index.html", "index.htm"}
			if c.prepare != nil {
				c.prepare(root)
			}
			if got := found(t, f, c.path, c.accept, at(0)); got != c.before {
				t.Fatalf("%.20q, want %.20q", got, c.before)
			}
			if n, _, _ := f.cache.kept(); n != 1 {
				t.Fatalf("%d entries are kept", n)
			}
			time.Sleep(20 * time.Millisecond) // longer than a tick of the file system's clock
			c.change(root)
			if got := found(t, f, c.path, c.accept, at(10*time.Millisecond)); got != c.then {
				t.Errorf("then %.20q, want %.20q", got, c.then)
			}
		})
	}
}

// What has just been written may be written again in the same tick: it is not kept.
func TestCacheDoesNotKeepWhatIsNew(t *testing.T) {
	f, root := site(t)
	for i := range 300 {
		text := strconv.Itoa(1000 + i)
		write(t, root, "new", text)
		if got := found(t, f, "/new", "", time.Now().UnixNano()); got != text {
			t.Fatalf("%s, written was %s", got, text)
		}
	}
	if n, _, _ := f.cache.kept(); n != 0 {
		t.Errorf("%d entries are kept", n)
	}
}

func TestCacheIsBounded(t *testing.T) {
	f, root := site(t)
	f.TryFiles = []string{"{path}", "/index.html"}
	for i := range shards * shardEntries * 5 / 4 {
		found(t, f, "/client/route/"+strconv.Itoa(i), "", at(0))
	}
	found(t, f, "/"+strings.Repeat("a/", keptPath), "", at(0))
	if n, size, _ := f.cache.kept(); n > shards*shardEntries || n < shards*shardEntries/2 || size > shards*shardBytes {
		t.Errorf("%d entries with %d bytes", n, size)
	}
	f, root = site(t)
	for i := range 2 * shards * shardFiles {
		write(t, root, strconv.Itoa(i), strings.Repeat("x", smallFile+1))
		found(t, f, "/"+strconv.Itoa(i), "", at(0))
	}
	if n, _, opens := f.cache.kept(); opens > shards*shardFiles || opens != n {
		t.Errorf("%d files are open for %d entries", opens, n)
	}
	write(t, root, "huge", strings.Repeat("x", keptFile+1))
	before, _, _ := f.cache.kept()
	found(t, f, "/huge", "", at(0))
	if n, _, _ := f.cache.kept(); n != before {
		t.Error("a file is kept open that is too large")
	}
	f.cache.clear()
	if n, size, opens := f.cache.kept(); n != 0 || size != 0 || opens != 0 {
		t.Errorf("%d entries, %d bytes, %d files are left", n, size, opens)
	}
}

// Many ask while files are replaced and dropped from the cache: each gets one state of
// the file, whole, and no descriptor is closed under an answer or stays open.
func TestCacheUnderLoad(t *testing.T) {
	f, root := site(t)
	state := func(i, size int) string { return strings.Repeat(string(rune('a'+i%26)), size) }
	stop := make(chan struct{})
	var writers, readers sync.WaitGroup
	sizes := []int{1000, smallFile + 1000}
	for k, size := range sizes {
		name := "f" + strconv.Itoa(k)
		write(t, root, name, state(0, size))
		writers.Go(func() {
			for i := 1; ; i++ {
				select {
				case <-stop:
					return
				case <-time.After(time.Millisecond):
				}
				write(t, root, name+".new", state(i, size))
				_ = os.Rename(filepath.Join(root, name+".new"), filepath.Join(root, name))
				if i%8 == 0 {
					f.cache.clear()
				}
			}
		})
	}
	for range 4 {
		readers.Go(func() {
			for i := range 2000 {
				k := i % len(sizes)
				got := found(t, f, "/f"+strconv.Itoa(k), "", at(time.Duration(i)*time.Millisecond))
				if len(got) != sizes[k] || strings.Trim(got, got[:1]) != "" {
					t.Errorf("%d bytes of different states: %.20q", len(got), got)
					return
				}
			}
		})
	}
	readers.Wait()
	close(stop)
	writers.Wait()
	f.cache.clear()
	links, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("no /proc")
	}
	for _, l := range links {
		if to, _ := os.Readlink("/proc/self/fd/" + l.Name()); strings.HasPrefix(to, root+"/f") {
			t.Errorf("%s is still open", to)
		}
	}
}

// A file that is sent from its descriptor tells when what was sent of it is not what
// will be.
func TestChanged(t *testing.T) {
	f, root := site(t)
	write(t, root, "large", strings.Repeat("x", smallFile+1))
	old(t, root, "large")
	file, err := f.Open("/large", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if file.Open == nil || file.Open.Changed() {
		t.Fatal("it has not changed")
	}
	h, err := os.OpenFile(filepath.Join(root, "large"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if _, err := h.WriteAt([]byte("more"), smallFile+1); err != nil || file.Open.Changed() {
		t.Error("what is written behind the end changes nothing of it")
	}
	if err := h.Truncate(smallFile + 1); err != nil || !file.Open.Changed() {
		t.Error("it was written to")
	}
	if err := h.Truncate(0); err != nil || !file.Open.Changed() {
		t.Error("it has become shorter")
	}
}

// A small file answers from memory, and nothing is allocated for it.
func TestStaticAllocates(t *testing.T) {
	f, root := site(t)
	write(t, root, "a.txt", "a")
	s := &staticTarget{files: f}
	var x Exchange
	ask := func() *Answer {
		x.Method, x.Path, x.Start = "GET", "/a.txt", time.Now().Add(time.Hour)
		a, _ := s.Answer(&x)
		return a
	}
	x.Header = http1net.Header{{Name: "Host", Value: "a"}, {Name: "User-Agent", Value: "b"}, {Name: "Accept", Value: "*/*"}, {Name: "Accept-Encoding", Value: "gzip"}}
	if a := ask(); a.Status != 200 || !bytes.Equal(a.Body, []byte("a")) {
		t.Fatalf("%+v", a)
	}
	if n := testing.AllocsPerRun(100, func() { ask() }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
