package config

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"
)

// field is one key of a table, as its tags describe it.
type field struct {
	name     string
	index    []int
	typ      reflect.Type
	doc      string
	def      string   // the default as TOML; empty: the zero value
	enum     []string // the allowed texts
	required bool
	short    bool // a plain value in place of the table is this key's
	min, max *int64
	inherits bool // of a route: what the whole server has
}

var (
	unmarshaler    = reflect.TypeFor[encoding.TextUnmarshaler]()
	middlewareType = reflect.TypeFor[Middleware]()
	routeType      = reflect.TypeFor[Route]()
)

// fields are the keys of a struct, those of embedded structs among them, in their order.
func fields(t reflect.Type) (fs []field) {
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.Anonymous {
			for _, f := range fields(sf.Type) {
				f.index = append([]int{i}, f.index...)
				f.inherits = t == routeType && sf.Type == middlewareType
				fs = append(fs, f)
			}
			continue
		}
		name := sf.Tag.Get("toml")
		if name == "" {
			continue
		}
		f := field{name: name, index: []int{i}, typ: sf.Type, doc: sf.Tag.Get("doc"), def: sf.Tag.Get("default"),
			required: sf.Tag.Get("required") == "true", short: sf.Tag.Get("short") == "true"}
		if e, ok := sf.Tag.Lookup("enum"); ok {
			f.enum = strings.Split(e, "|")
		}
		f.min, f.max = bound(sf.Tag.Get("min")), bound(sf.Tag.Get("max"))
		fs = append(fs, f)
	}
	return fs
}

func bound(tag string) *int64 {
	if n, err := strconv.ParseInt(tag, 10, 64); err == nil {
		return &n
	}
	return nil
}

// isScalar reports whether values of t are written as text.
func isScalar(t reflect.Type) bool { return reflect.PointerTo(t).Implements(unmarshaler) }

// Schema is the JSON Schema of the file, for editors.
func Schema() map[string]any {
	s := schemaOf(reflect.TypeFor[Config](), field{})
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "sluice.toml"
	return s
}

func schemaOf(t reflect.Type, f field) map[string]any {
	if t.Kind() == reflect.Pointer {
		return schemaOf(t.Elem(), f)
	}
	if isScalar(t) {
		return reflect.New(t).Interface().(scalar).schema()
	}
	// A text with ${NAME} in it may become anything.
	variable := map[string]any{"type": "string", "pattern": `\$\{`}
	switch t.Kind() {
	case reflect.String:
		if f.enum != nil {
			return map[string]any{"anyOf": []any{map[string]any{"enum": f.enum}, variable}}
		}
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"anyOf": []any{map[string]any{"type": "boolean"}, variable}}
	case reflect.Int:
		s := map[string]any{"type": "integer"}
		if f.enum != nil {
			var values []int
			for _, e := range f.enum {
				n, _ := strconv.Atoi(e)
				values = append(values, n)
			}
			s = map[string]any{"enum": values}
		}
		if f.min != nil {
			s["minimum"] = *f.min
		}
		if f.max != nil {
			s["maximum"] = *f.max
		}
		return map[string]any{"anyOf": []any{s, variable}}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), field{enum: f.enum})}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem(), field{})}
	}
	var short map[string]any
	properties, required := map[string]any{}, []string{}
	for _, f := range fields(t) {
		s := schemaOf(f.typ, f)
		s["description"] = f.doc
		if v := defaultJSON(f); v != nil && !f.inherits {
			s["default"] = v
		}
		properties[f.name] = s
		if f.short {
			short = schemaOf(f.typ, f)
		}
		if f.required {
			required = append(required, f.name)
		}
	}
	s := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		s["required"] = required
	}
	if short != nil {
		return map[string]any{"anyOf": []any{s, short}}
	}
	return s
}

// defaultJSON is a field's default as JSON has it; nil when it is the zero value.
func defaultJSON(f field) any {
	if f.def == "" {
		return nil
	}
	v := reflect.New(f.typ).Elem()
	setDefault(v, f)
	if s, ok := v.Interface().(scalar); ok {
		text, err := s.MarshalText()
		if err != nil {
			return nil
		}
		return string(text)
	}
	return v.Interface()
}
