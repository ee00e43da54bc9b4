// Package pack is the file format that holds all builtins: for each its id, its text
// and its code cache, so that one embedded string serves them without copies.
package pack

import (
	"encoding/binary"
	"sort"
)

// Entry is one builtin.
type Entry struct {
	Source string
	Cache  string // V8's code cache; may be empty
}

// Write makes a pack of the entries.
func Write(entries map[string]Entry) []byte {
	ids := make([]string, 0, len(entries))
	for id := range entries {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	var out []byte
	out = binary.LittleEndian.AppendUint32(out, uint32(len(ids)))
	for _, id := range ids {
		for _, s := range []string{id, entries[id].Source, entries[id].Cache} {
			out = binary.LittleEndian.AppendUint32(out, uint32(len(s)))
			out = append(out, s...)
		}
	}
	return out
}

// Read opens a pack; the entries' strings lie in p. A damaged pack panics: it is
// part of the binary.
func Read(p string) map[string]Entry {
	number := func() int {
		n := int(p[0]) | int(p[1])<<8 | int(p[2])<<16 | int(p[3])<<24
		p = p[4:]
		return n
	}
	text := func() string {
		n := number()
		s := p[:n]
		p = p[n:]
		return s
	}
	n := number()
	entries := make(map[string]Entry, n)
	for range n {
		id := text()
		source := text()
		entries[id] = Entry{source, text()}
	}
	return entries
}
