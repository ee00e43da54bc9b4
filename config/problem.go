package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Problem is one mistake in a configuration, with its place.
type Problem struct {
	File    string // the file's name, or "--set"
	Line    int    // 1-based; 0 when the whole file is meant
	Column  int    // 1-based, in characters
	Message string
	Hint    string // what to do instead; may be empty

	text   string // the line
	length int    // characters that are wrong
}

// String is the problem as a person reads it: place, message, the line with carets, hint.
func (p *Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	fmt.Fprintf(&b, ": %s\n", p.Message)
	if p.text != "" {
		number := fmt.Sprintf("%4d", p.Line)
		if p.Line == 0 {
			number = "    "
		}
		// Tabs stay, so that the carets stand below what they mean.
		indent := strings.Map(func(r rune) rune {
			if r == '\t' {
				return r
			}
			return ' '
		}, string([]rune(p.text)[:min(p.Column-1, utf8.RuneCountInString(p.text))]))
		fmt.Fprintf(&b, "%s | %s\n     | %s%s\n", number, p.text, indent, strings.Repeat("^", max(1, p.length)))
	}
	if p.Hint != "" {
		fmt.Fprintf(&b, "       %s\n", p.Hint)
	}
	return b.String()
}

// Problems are all mistakes of a configuration. It is an error.
type Problems []*Problem

// Error is the text of all of them.
func (ps Problems) Error() string {
	var b strings.Builder
	for i, p := range ps {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.String())
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (ps Problems) sort() {
	slices.SortStableFunc(ps, func(a, b *Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// span is a piece of a source.
type span struct {
	src      *source
	from, to int
}

// source is the text that a value came from.
type source struct {
	name string // the file, or "--set"
	text string
	dir  string // what relative paths count from
	file bool
}

func (s span) problem(message, hint string) *Problem {
	p := &Problem{File: s.src.name, Message: message, Hint: hint}
	before := s.src.text[:min(s.from, len(s.src.text))]
	lineStart := strings.LastIndexByte(before, '\n') + 1
	line, _, _ := strings.Cut(s.src.text[lineStart:], "\n")
	p.text = strings.TrimRight(line, "\r")
	p.Column = utf8.RuneCountInString(s.src.text[lineStart:s.from]) + 1
	to := min(s.to, lineStart+len(p.text))
	if to > s.from {
		p.length = utf8.RuneCountInString(s.src.text[s.from:to])
	}
	if s.src.file {
		p.Line = strings.Count(before, "\n") + 1
	}
	return p
}

// line is the line that the span begins in.
func (s span) line() int { return strings.Count(s.src.text[:s.from], "\n") + 1 }

// Nearest is the one of names that was probably meant, or "".
func Nearest(name string, names []string) string {
	best, distance := "", max(1, len(name)/3)+1
	for _, n := range names {
		if d := editDistance(strings.ToLower(name), n); d < distance {
			best, distance = n, d
		}
	}
	return best
}

// editDistance counts the insertions, deletions, replacements and exchanges of
// neighbours (Damerau) that make b of a.
func editDistance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := range len(a) {
		before, last, row := rows[i%3], rows[(i+1)%3], rows[(i+2)%3]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return rows[(len(a)+1)%3][len(b)]
}
