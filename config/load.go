package config

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
)

// DefaultFile is the name that Load looks for when none is given.
const DefaultFile = "sluice.toml"

// Origin says where a value came from: the file and line, "--set", or "default".
type Origin struct {
	Source string
	Line   int // 0 where there are no lines
}

// Loaded is a configuration with where each of its values came from.
type Loaded struct {
	*Config
	File    string            // the file that was read; empty when there was none
	Origins map[string]Origin // by path (limits.body, listen[0].port); a path that is missing is a default

	places map[string]span
}

// Problem is what turns out to be wrong with the value of path when it is used, at its
// place, or at the nearest one above it.
func (l *Loaded) Problem(path, hint, format string, args ...any) *Problem {
	d := &decoder{places: l.places}
	d.fail(path, hint, format, args...)
	p := d.problems[0]
	if p.Line == 0 && p.text == "" { // a default
		p.File = cmp.Or(l.File, "default")
	}
	return p
}

// Options are what Load reads.
type Options struct {
	File string   // the file; empty: sluice.toml in Dir, when there is one
	Dir  string   // the folder to look in; empty: the current one
	Set  []string // key=value, over what the file says; the last wins
	// Application says that there is one that the file need not name: routes may have
	// app = true.
	Application bool
	// Lookup finds variables of the environment; nil: os.LookupEnv.
	Lookup func(name string) (string, bool)
}

// Load reads the configuration. What is wrong with it is returned as Problems: all of
// it, with places. Another error is one of reading the file.
func Load(o Options) (*Loaded, error) {
	name := o.File
	if name == "" {
		name = filepath.Join(o.Dir, DefaultFile)
	}
	text, err := os.ReadFile(name)
	if o.File == "" && errors.Is(err, fs.ErrNotExist) {
		return Parse("", nil, o)
	}
	if err != nil {
		return nil, err
	}
	return Parse(name, text, o)
}

// Parse is Load with the file's text given; name may be empty when there is no file.
func Parse(name string, text []byte, o Options) (*Loaded, error) {
	d := &decoder{origins: map[string]Origin{}, places: map[string]span{}, lookup: o.Lookup, application: o.Application}
	if d.lookup == nil {
		d.lookup = os.LookupEnv
	}
	src := &source{name: name, text: string(text), dir: filepath.Dir(name), file: true}
	root, problems := parse(src)
	trees := []*tree{root}
	for _, arg := range o.Set {
		t, more := parseSet(arg)
		problems = append(problems, more...)
		if t != nil {
			trees = append(trees, t)
		}
	}
	c := &Config{}
	v := reflect.ValueOf(c).Elem()
	setDefaults(v)
	// Routes come last: they begin with what the whole server has.
	for _, t := range trees {
		d.table(without(t, "route"), v, "", reflect.Value{})
	}
	for _, t := range trees {
		d.table(only(t, "route"), v, "", v.FieldByName("Middleware"))
	}
	d.problems = append(problems, d.problems...)
	if len(problems) == 0 { // of what was not read nothing can be said
		d.check(c)
	}
	if len(d.problems) > 0 {
		d.problems.sort()
		return nil, d.problems
	}
	return &Loaded{Config: c, File: name, Origins: d.origins, places: d.places}, nil
}

func without(t *tree, name string) *tree {
	return filter(t, func(e *entry) bool { return e.name != name })
}

func only(t *tree, name string) *tree {
	return filter(t, func(e *entry) bool { return e.name == name })
}

func filter(t *tree, keep func(*entry) bool) *tree {
	f := *t
	f.keys = nil
	for _, e := range t.keys {
		if keep(e) {
			f.keys = append(f.keys, e)
		}
	}
	return &f
}
