// Package pack is the file format that holds all builtins: for each its id, its text
// and its code cache, so that one embedded string serves them without copies.
package pack

import (
	"encoding/binary"
	"maps"
	"slices"
)

// Entry is one builtin.
type Entry struct {
	Source string
	Cache  string // V8's code cache; may be empty
}

// A pack is the number of entries, then for each its id and the lengths of text and
// code cache, then all code caches, then all texts. What a process does not use, and
// the texts of what it does (V8 reads none that has a code cache), stay on the disk.

// align is where a code cache begins: V8 copies one that is not aligned.
const align = 8

// Write makes a pack of the entries. Those that are named in first come first, in that
// order: what is read together lies together, on fewer pages.
func Write(entries map[string]Entry, first []string) []byte {
	ids := slices.Sorted(maps.Keys(entries))
	place := make(map[string]int, len(first))
	for i, id := range first {
		place[id] = i - len(first)
	}
	slices.SortStableFunc(ids, func(a, b string) int { return place[a] - place[b] })
	var out []byte
	number := func(n int) { out = binary.LittleEndian.AppendUint32(out, uint32(n)) }
	number(len(ids))
	for _, id := range ids {
		number(len(id))
		out = append(out, id...)
		number(len(entries[id].Source))
		number(len(entries[id].Cache))
	}
	for _, id := range ids {
		out = append(pad(out), entries[id].Cache...)
	}
	for _, id := range ids {
		out = append(out, entries[id].Source...)
	}
	return out
}

func pad(p []byte) []byte {
	for len(p)%align != 0 {
		p = append(p, 0)
	}
	return p
}

// Read opens a pack; the entries' strings lie in p. A damaged pack panics: it is
// part of the binary.
func Read(p string) map[string]Entry {
	at := 0
	text := func(n int) string {
		at += n
		return p[at-n : at]
	}
	number := func() int {
		s := text(4)
		return int(s[0]) | int(s[1])<<8 | int(s[2])<<16 | int(s[3])<<24
	}
	type lengths struct {
		id            string
		source, cache int
	}
	all := make([]lengths, number())
	for i := range all {
		id := text(number())
		all[i] = lengths{id, number(), number()}
	}
	entries := make(map[string]Entry, len(all))
	for _, l := range all {
		at = (at + align - 1) &^ (align - 1)
		entries[l.id] = Entry{Cache: text(l.cache)}
	}
	for _, l := range all {
		e := entries[l.id]
		e.Source = text(l.source)
		entries[l.id] = e
	}
	return entries
}
