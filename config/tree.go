package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// tree is a TOML document (or the value of --set) with the place of everything in it.
type tree struct {
	kind   treeKind
	header bool   // a table that had a [header] of its own
	place  span   // of the value; of a table, of its name
	text   string // of a string: its value; of other scalars: as written
	items  []*tree
	keys   []*entry // in the order of the document
}

type entry struct {
	name  string
	place span
	value *tree
}

type treeKind int

const (
	tableKind treeKind = iota
	arrayKind
	stringKind
	integerKind
	floatKind
	boolKind
	dateKind
)

func (k treeKind) String() string {
	return [...]string{"a table", "an array", "a text", "a whole number", "a number", "true or false", "a date"}[k]
}

func (t *tree) find(name string) *entry {
	for _, e := range t.keys {
		if e.name == name {
			return e
		}
	}
	return nil
}

// at is the table of that name inside t, made when it is not there; nil when the name
// is another kind of value. Of an array of tables it is the last one.
func (t *tree) at(name string, place span) *tree {
	e := t.find(name)
	if e == nil {
		e = &entry{name, place, &tree{place: place}}
		t.keys = append(t.keys, e)
	}
	v := e.value
	if v.kind == arrayKind && len(v.items) > 0 {
		v = v.items[len(v.items)-1]
	}
	if v.kind != tableKind {
		return nil
	}
	return v
}

// maxSyntaxProblems is after how many broken lines reading gives up.
const maxSyntaxProblems = 20

// parse reads a document. Lines that are not TOML are reported and passed over.
func parse(src *source) (*tree, Problems) {
	text := []byte(src.text)
	var problems Problems
	for len(problems) < maxSyntaxProblems {
		var ignored map[string]any
		var decode *toml.DecodeError
		if err := toml.Unmarshal(text, &ignored); !errors.As(err, &decode) {
			break // keys that are there twice are found below, with their places
		}
		row, column := decode.Position()
		from, to := lineBounds(text, row)
		at := min(from+max(column, 1)-1, to)
		end := at
		for end < to && !strings.ContainsRune(" \t=[]{},#", rune(text[end])) {
			end++
		}
		hint := ""
		if word := string(text[at:end]); isVariable(word) && strings.ContainsRune(string(text[from:at]), '=') {
			hint = fmt.Sprintf("a text stands in quotes: %q; what is switched is true or false", word)
		}
		p := span{src, at, end}.problem(strings.TrimPrefix(decode.Error(), "toml: "), hint)
		problems = append(problems, p)
		blank := true
		for i := from; i < to; i++ {
			blank = blank && text[i] == ' '
			text[i] = ' '
		}
		if blank {
			break // the mistake is not in that line: what follows would be noise
		}
	}
	root := &tree{}
	table := root
	var p unstable.Parser
	p.Reset(text)
	b := builder{p: &p, src: src}
	for p.NextExpression() {
		n := p.Expression()
		switch n.Kind {
		case unstable.Table:
			table = b.table(root, n)
		case unstable.ArrayTable:
			table = b.arrayTable(root, n)
		case unstable.KeyValue:
			if table != nil {
				b.keyValue(table, n)
			}
		}
	}
	return root, append(problems, b.problems...)
}

// lineBounds is where line row (1-based) begins and ends.
func lineBounds(text []byte, row int) (from, to int) {
	for ; row > 1; row-- {
		i := strings.IndexByte(string(text[from:]), '\n')
		if i < 0 {
			break
		}
		from += i + 1
	}
	to = from
	for to < len(text) && text[to] != '\n' {
		to++
	}
	return from, to
}

// builder makes a tree of the parser's nodes.
type builder struct {
	p        *unstable.Parser
	src      *source
	problems Problems
}

// twice reports a key that has a value, or another kind of value, already.
func (b *builder) twice(again span, name string, t *tree) {
	hint := ""
	if e := t.find(name); e != nil && b.src.file {
		hint = fmt.Sprintf("the first is in line %d", e.place.line())
	}
	b.problems = append(b.problems, again.problem(fmt.Sprintf("%q is there twice", name), hint))
}

func (b *builder) span(n *unstable.Node) span {
	r := n.Raw
	if r.Length == 0 && len(n.Data) > 0 {
		r = b.p.Range(n.Data)
	}
	return span{b.src, int(r.Offset), int(r.Offset + r.Length)}
}

type keyPart struct {
	name  string
	place span
}

func (b *builder) key(n *unstable.Node) (parts []keyPart) {
	for it := n.Key(); it.Next(); {
		k := it.Node()
		parts = append(parts, keyPart{string(k.Data), b.span(k)})
	}
	return parts
}

func (b *builder) table(root *tree, n *unstable.Node) *tree {
	t := b.path(root, b.key(n))
	if t == nil {
		return nil
	}
	parts := b.key(n)
	last := parts[len(parts)-1]
	if t.header {
		b.problems = append(b.problems, last.place.problem(fmt.Sprintf("the table %q is there twice", last.name), fmt.Sprintf("the first is in line %d", t.place.line())))
		return nil
	}
	t.header = true
	t.place = last.place
	return t
}

// path is the table that the parts lead to, or nil when one of them is no table.
func (b *builder) path(t *tree, parts []keyPart) *tree {
	for _, k := range parts {
		inner := t.at(k.name, k.place)
		if inner == nil {
			b.twice(k.place, k.name, t)
			return nil
		}
		t = inner
	}
	return t
}

func (b *builder) arrayTable(root *tree, n *unstable.Node) *tree {
	parts := b.key(n)
	t := b.path(root, parts[:len(parts)-1])
	if t == nil {
		return nil
	}
	last := parts[len(parts)-1]
	e := t.find(last.name)
	if e == nil {
		e = &entry{last.name, last.place, &tree{kind: arrayKind, place: last.place}}
		t.keys = append(t.keys, e)
	}
	if e.value.kind != arrayKind {
		b.twice(last.place, last.name, t)
		return nil
	}
	item := &tree{place: last.place}
	e.value.items = append(e.value.items, item)
	return item
}

func (b *builder) keyValue(table *tree, n *unstable.Node) {
	parts := b.key(n)
	if table = b.path(table, parts[:len(parts)-1]); table == nil {
		return
	}
	last := parts[len(parts)-1]
	if table.find(last.name) != nil {
		b.twice(last.place, last.name, table)
		return
	}
	table.keys = append(table.keys, &entry{last.name, last.place, b.value(n.Value(), last.place)})
}

func (b *builder) value(n *unstable.Node, key span) *tree {
	t := &tree{place: b.span(n), text: string(n.Data)}
	if t.place.to == t.place.from {
		t.place = key
	}
	switch n.Kind {
	case unstable.String:
		t.kind = stringKind
	case unstable.Integer:
		t.kind = integerKind
	case unstable.Float:
		t.kind = floatKind
	case unstable.Bool:
		t.kind = boolKind
	case unstable.Array:
		t.kind = arrayKind
		for it := n.Children(); it.Next(); {
			t.items = append(t.items, b.value(it.Node(), key))
		}
	case unstable.InlineTable:
		t.place = key
		for it := n.Children(); it.Next(); {
			b.keyValue(t, it.Node())
		}
	default:
		t.kind = dateKind
	}
	return t
}

// parseSet reads the argument of --set: key=value, where the value is TOML or, when it
// is not, a text. The result is a tree with this one key.
func parseSet(arg string) (*tree, Problems) {
	src := &source{name: "--set", text: arg, dir: "."}
	whole := span{src, 0, len(arg)}
	name, value, ok := strings.Cut(arg, "=")
	if !ok || strings.TrimSpace(name) == "" {
		return nil, Problems{whole.problem("expected key=value", "for example --set port=8080")}
	}
	if t, problems := parse(src); len(problems) == 0 && len(t.keys) == 1 {
		return t, nil
	}
	root := &tree{}
	t := root
	parts := strings.Split(strings.TrimSpace(name), ".")
	for i, part := range parts {
		part = strings.TrimSpace(part)
		if part == "" {
			return nil, Problems{whole.problem("expected key=value with a key such as limits.body", "")}
		}
		place := span{src, 0, len(name)}
		if i == len(parts)-1 {
			t.keys = append(t.keys, &entry{part, place, &tree{kind: stringKind, text: value, place: span{src, len(name) + 1, len(arg)}}})
		} else {
			t = t.at(part, place)
		}
	}
	return root, nil
}
