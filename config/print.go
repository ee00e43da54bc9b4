package config

import (
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Print writes the effective configuration as TOML, with the origin of each value
// behind it. What is secret is not shown.
func (l *Loaded) Print(w io.Writer) error {
	p := &printer{origins: l.Origins}
	p.table(reflect.ValueOf(l.Config).Elem(), "", "")
	_, err := io.WriteString(w, strings.TrimPrefix(p.b.String(), "\n"))
	return err
}

type printer struct {
	b       strings.Builder
	origins map[string]Origin
}

// origin is the comment behind a value. A value inside an array or table that was set
// as a whole has the origin of that.
func (p *printer) origin(path string) string {
	for q := path; q != ""; {
		if o, ok := p.origins[q]; ok {
			if o.Line > 0 {
				return fmt.Sprintf("%s:%d", o.Source, o.Line)
			}
			return o.Source
		}
		i := strings.LastIndexAny(q, ".[")
		if i < 0 {
			break
		}
		if q[i] == '[' {
			return "default" // an element that says nothing of this key
		}
		q = q[:i]
	}
	return "default"
}

func (p *printer) line(name, value, path string) {
	line := name + " = " + value
	fmt.Fprintf(&p.b, "%-40s # %s\n", line, p.origin(path))
}

// table prints plain keys first, then the tables: that is how TOML reads them.
func (p *printer) table(v reflect.Value, path, header string) {
	fs := fields(v.Type())
	for _, f := range fs {
		fv := v.FieldByIndex(f.index)
		if !isTable(fv.Type()) {
			p.line(f.name, literal(fv), join(path, f.name))
		}
	}
	for _, f := range fs {
		fv, name := v.FieldByIndex(f.index), join(header, f.name)
		switch {
		case !isTable(fv.Type()):
		case fv.Kind() == reflect.Pointer:
			if !fv.IsNil() {
				fmt.Fprintf(&p.b, "\n[%s]\n", name)
				p.table(fv.Elem(), join(path, f.name), name)
			}
		case fv.Kind() == reflect.Struct:
			fmt.Fprintf(&p.b, "\n[%s]\n", name)
			p.table(fv, join(path, f.name), name)
		case fv.Kind() == reflect.Slice:
			for i := range fv.Len() {
				fmt.Fprintf(&p.b, "\n[[%s]]\n", name)
				p.table(fv.Index(i), fmt.Sprintf("%s[%d]", join(path, f.name), i), name)
			}
		}
	}
}

// isTable reports whether a value is printed under a header of its own.
func isTable(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && !isScalar(t)
}

func literal(v reflect.Value) string {
	if s, ok := v.Interface().(scalar); ok {
		text, _ := s.MarshalText()
		return strconv.Quote(string(text))
	}
	switch v.Kind() {
	case reflect.String:
		return strconv.Quote(v.String())
	case reflect.Slice:
		var items []string
		for i := range v.Len() {
			items = append(items, literal(v.Index(i)))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case reflect.Map:
		var items []string
		for _, k := range slices.Sorted(maps.Keys(stringMap(v))) {
			items = append(items, strconv.Quote(k)+" = "+stringMap(v)[k])
		}
		return "{" + strings.Join(items, ", ") + "}"
	}
	return fmt.Sprint(v.Interface())
}

func stringMap(v reflect.Value) map[string]string {
	m := make(map[string]string, v.Len())
	for it := v.MapRange(); it.Next(); {
		m[it.Key().String()] = literal(it.Value())
	}
	return m
}
