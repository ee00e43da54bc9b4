package edge

import (
	"hash/maphash"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluice-http/sluice/http1/http1net"
)

// What was found for a path is kept, and found again without opening anything, as long
// as it is still so: each name that was looked at on the way, those that were not there
// too, still leads to the same file in the same state. That is looked at again when the
// last look was more than a moment ago.

// moment is for how long a look at the files counts, in nanoseconds.
const moment = int64(2 * time.Millisecond)

// Bounds of what one cache keeps, in each of its shards.
const (
	shards       = 16
	shardEntries = 1024
	shardBytes   = 4 << 20
	shardFiles   = 16
	keptPath     = 256
	keptFile     = 1 << 20 // larger files are not kept open: their space could not be freed
)

// sighting is a name that was looked at, and what was seen: nothing, when the identity
// is zero.
type sighting struct {
	name string
	id   identity
}

// entry is what a path means: a file, then its compressed twins.
type entry struct {
	files   []File
	offered []string // the codings of the twins
	seen    []sighting

	checked atomic.Int64 // when seen was last true
	used    atomic.Bool
	bytes   int
	opens   int
}

// choose is the file for a client. It is closed on its own.
func (e *entry) choose(h http1net.Header) File {
	file := &e.files[0]
	if len(e.offered) > 0 {
		coding := Encoding(h.Values("Accept-Encoding"), e.offered)
		for i, o := range e.offered {
			if o == coding {
				file = &e.files[i+1]
			}
		}
	}
	if file.Open != nil {
		file.Open.share()
	}
	return *file
}

// close lets go of the entry's files.
func (e *entry) close() {
	for i := range e.files {
		e.files[i].Close()
	}
}

// lasting says whether the entry may be kept: every change from now on would be seen.
func (e *entry) lasting(now int64) bool {
	for i := range e.files {
		if e.files[i].Folder || e.files[i].Size > keptFile {
			return false
		}
	}
	for i := range e.seen {
		if id := &e.seen[i].id; *id != (identity{}) && !id.settled(now) {
			return false
		}
	}
	e.checked.Store(now)
	return true
}

// holds says whether everything is as it was seen.
func (e *entry) holds(d *folder) bool {
	for i := range e.seen {
		if id, err := d.state(e.seen[i].name); err != nil || id != e.seen[i].id {
			return false
		}
	}
	return true
}

// fileCache keeps entries by path. The zero value is empty.
type fileCache struct {
	shard [shards]cacheShard
}

type cacheShard struct {
	mu      sync.RWMutex
	entries map[string]*entry
	bytes   int
	opens   int
}

var cacheSeed = maphash.MakeSeed()

func (c *fileCache) of(path string) *cacheShard {
	return &c.shard[maphash.String(cacheSeed, path)%shards]
}

// get is what is kept for a path.
func (c *fileCache) get(f *Files, path string, h http1net.Header, now int64) (File, bool) {
	s := c.of(path)
	s.mu.RLock()
	e := s.entries[path]
	if e == nil {
		s.mu.RUnlock()
		return File{}, false
	}
	file := e.choose(h) // here, where the entry's files are open
	s.mu.RUnlock()
	if age := now - e.checked.Load(); age > moment || age < -moment {
		if !e.holds(f.folder) {
			file.Close()
			s.remove(path, e)
			return File{}, false
		}
		e.checked.Store(now)
	}
	if !e.used.Load() {
		e.used.Store(true)
	}
	return file, true
}

// add keeps an entry, which is the cache's from now on.
func (c *fileCache) add(path string, e *entry) {
	if len(path) > keptPath {
		e.close()
		return
	}
	path = strings.Clone(path) // it is a piece of a head, which does not last
	for i := range e.seen {
		e.seen[i].name = strings.Clone(e.seen[i].name)
	}
	e.bytes = len(path)
	for i := range e.files {
		if f := &e.files[i]; f.Open != nil {
			e.opens++
		} else {
			e.bytes += len(f.Body)
		}
	}
	s := c.of(path)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entries == nil {
		s.entries = map[string]*entry{}
	}
	s.drop(path, s.entries[path])
	s.makeRoom(e)
	s.entries[path] = e
	s.bytes += e.bytes
	s.opens += e.opens
}

// makeRoom drops entries that were not used since the last time, in the order of the
// map, which is none; then others.
func (s *cacheShard) makeRoom(e *entry) {
	for spare := true; ; spare = false {
		for path, old := range s.entries {
			if len(s.entries) < shardEntries && s.bytes+e.bytes <= shardBytes && s.opens+e.opens <= shardFiles {
				return
			}
			if !spare || !old.used.Swap(false) {
				s.drop(path, old)
			}
		}
		if !spare || len(s.entries) == 0 {
			return
		}
	}
}

// remove drops an entry that does not hold any more.
func (s *cacheShard) remove(path string, e *entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entries[path] == e {
		s.drop(path, e)
	}
}

func (s *cacheShard) drop(path string, e *entry) {
	if e == nil {
		return
	}
	delete(s.entries, path)
	s.bytes -= e.bytes
	s.opens -= e.opens
	e.close()
}

// clear empties the cache.
func (c *fileCache) clear() {
	for i := range c.shard {
		s := &c.shard[i]
		s.mu.Lock()
		for path, e := range s.entries {
			s.drop(path, e)
		}
		s.mu.Unlock()
	}
}
