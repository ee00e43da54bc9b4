package config

import (
	"encoding"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// decoder puts trees into a Config, one over the other, and collects what is wrong.
type decoder struct {
	problems Problems
	origins  map[string]Origin
	places   map[string]span // of values, by path: for checks of the whole
	lookup   func(name string) (string, bool)

	application bool // there is one that no source names
}

func (d *decoder) problem(at span, hint, format string, args ...any) {
	d.problems = append(d.problems, at.problem(fmt.Sprintf(format, args...), hint))
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// table decodes a table into the struct v. inherited is what a route's middleware
// begins with; it is a Middleware, or invalid.
func (d *decoder) table(t *tree, v reflect.Value, path string, inherited reflect.Value) {
	fs := fields(v.Type())
	if t.kind != tableKind {
		if i := slices.IndexFunc(fs, func(f field) bool { return f.short }); i >= 0 {
			d.value(t, v.FieldByIndex(fs[i].index), fs[i], join(path, fs[i].name), inherited)
			return
		}
		d.problem(t.place, "", "%s: expected a table, found %s", path, t.kind)
		return
	}
	for _, e := range t.keys {
		i := slices.IndexFunc(fs, func(f field) bool { return f.name == e.name })
		if i < 0 {
			d.unknown(e, fs, path)
			continue
		}
		f := fs[i]
		d.value(e.value, v.FieldByIndex(f.index), f, join(path, f.name), inherited)
	}
	for _, f := range fs {
		if f.required && t.find(f.name) == nil && v.FieldByIndex(f.index).IsZero() {
			d.problem(t.place, "", "%s: the key %q is missing: %s", path, f.name, f.doc)
		}
	}
}

func (d *decoder) unknown(e *entry, fs []field, path string) {
	var names []string
	for _, f := range fs {
		names = append(names, f.name)
	}
	hint := ""
	if n := Nearest(e.name, names); n != "" {
		hint = fmt.Sprintf("did you mean %q?", n)
	} else if homes := homesOf(e.name); len(homes) > 0 {
		hint = "there is " + strings.Join(homes, " and ")
	} else {
		hint = "known keys: " + strings.Join(names, ", ")
	}
	where := ""
	if path != "" {
		where = " in " + path
	}
	d.problem(e.place, hint, "unknown key %q%s", e.name, where)
}

// homesOf are the paths of keys with that name elsewhere in the configuration.
func homesOf(name string) (homes []string) {
	var walk func(t reflect.Type, path string)
	walk = func(t reflect.Type, path string) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || isScalar(t) {
			return
		}
		for _, f := range fields(t) {
			if f.name == name && len(homes) < 3 && !f.inherits {
				homes = append(homes, join(path, f.name))
			}
			if !f.inherits {
				walk(f.typ, join(path, f.name))
			}
		}
	}
	walk(reflect.TypeFor[Config](), "")
	return homes
}

// value decodes one value. A problem leaves v as it was.
func (d *decoder) value(t *tree, v reflect.Value, f field, path string, inherited reflect.Value) {
	switch {
	case isScalar(v.Type()):
		d.scalar(t, v, f, path)
		return
	case v.Kind() == reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
			setDefaults(v.Elem())
		}
		d.value(t, v.Elem(), f, path, inherited)
		return
	case v.Kind() == reflect.Struct:
		d.places[path] = t.place
		d.table(t, v, path, inherited)
		return
	case v.Kind() == reflect.Slice:
		d.array(t, v, f, path, inherited)
	case v.Kind() == reflect.Map:
		d.mapping(t, v, path)
	default:
		d.plain(t, v, f, path)
	}
	d.set(t, path)
}

func (d *decoder) set(t *tree, path string) {
	d.places[path] = t.place
	d.origins[path] = Origin{Source: t.place.src.name}
	if t.place.src.file {
		d.origins[path] = Origin{Source: t.place.src.name, Line: t.place.line()}
	}
}

func (d *decoder) array(t *tree, v reflect.Value, f field, path string, inherited reflect.Value) {
	if t.kind != arrayKind {
		hint := ""
		if t.kind == stringKind {
			hint = fmt.Sprintf("put it in brackets: [%q]", t.text)
		}
		d.problem(t.place, hint, "%s: expected an array, found %s", path, t.kind)
		return
	}
	s := reflect.MakeSlice(v.Type(), len(t.items), len(t.items))
	for i, item := range t.items {
		e := s.Index(i)
		if e.Kind() == reflect.Struct && !isScalar(e.Type()) {
			setDefaults(e)
			if e.Type() == routeType && inherited.IsValid() {
				e.FieldByName("Middleware").Set(inherited)
			}
		}
		d.value(item, e, field{enum: f.enum}, fmt.Sprintf("%s[%d]", path, i), inherited)
	}
	v.Set(s)
}

func (d *decoder) mapping(t *tree, v reflect.Value, path string) {
	if t.kind != tableKind {
		d.problem(t.place, "", "%s: expected a table, found %s", path, t.kind)
		return
	}
	m := reflect.MakeMap(v.Type())
	for _, k := range v.MapKeys() {
		m.SetMapIndex(k, v.MapIndex(k)) // what an earlier source said
	}
	for _, e := range t.keys {
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(e.value, item, field{}, join(path, e.name), reflect.Value{})
		m.SetMapIndex(reflect.ValueOf(e.name), item)
	}
	v.Set(m)
}

// scalar decodes a value that is written as text, or as a number where its text may be one.
func (d *decoder) scalar(t *tree, v reflect.Value, f field, path string) {
	s := v.Addr().Interface().(scalar)
	number := t.kind == integerKind && (v.CanInt() || !t.place.src.file) // after --set key=, a text may look like one
	text, ok := t.text, t.kind == stringKind || number
	if t.kind == stringKind {
		if text, ok = d.expand(t, path); !ok {
			return
		}
	}
	if !ok {
		d.problem(t.place, "", "%s: expected %s, found %s", path, s.expected(), t.kind)
		return
	}
	n := reflect.New(v.Type())
	if err := n.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(strings.ReplaceAll(text, "_", underscore(t)))); err != nil {
		hint := ""
		if _, is := s.(*Duration); is && t.kind == integerKind && text != "" && text[0] != '-' {
			hint = fmt.Sprintf("with its unit: \"%ss\"", text)
		}
		d.problem(t.place, hint, "%s: %v, found %q", path, err, text)
		return
	}
	if n.Elem().CanInt() && !d.inBounds(t, n.Elem().Int(), f, path) {
		return
	}
	if p, isPath := n.Interface().(*Path); isPath && *p != "" && !filepath.IsAbs(string(*p)) {
		*p = Path(filepath.Join(t.place.src.dir, string(*p)))
	}
	v.Set(n.Elem())
	d.set(t, path)
}

// underscore is what an underscore stands for: in TOML's numbers, nothing.
func underscore(t *tree) string {
	if t.kind == integerKind {
		return ""
	}
	return "_"
}

func (d *decoder) plain(t *tree, v reflect.Value, f field, path string) {
	want := map[reflect.Kind]treeKind{reflect.String: stringKind, reflect.Bool: boolKind, reflect.Int: integerKind}[v.Kind()]
	text := t.text
	if t.kind == stringKind {
		var ok bool
		if text, ok = d.expand(t, path); !ok {
			return
		}
	}
	// What stands in a variable, or after --set key=, is a text and may mean a number.
	convertible := t.kind == stringKind && (text != t.text || !t.place.src.file) || want == stringKind && t.kind > stringKind && !t.place.src.file
	if t.kind != want && !convertible && want == stringKind && f.enum != nil {
		hint := ""
		if slices.Contains(f.enum, t.text) {
			hint = quoteHint(want, t)
		}
		d.problem(t.place, hint, "%s: expected %s, found %s", path, oneOf(f.enum), t.kind)
		return
	}
	if t.kind != want && !convertible {
		d.problem(t.place, quoteHint(want, t), "%s: expected %s, found %s", path, want, t.kind)
		return
	}
	switch v.Kind() {
	case reflect.String:
		if f.enum != nil && !slices.Contains(f.enum, text) {
			d.problem(t.place, didYouMean(text, f.enum), "%s: expected %s, found %q", path, oneOf(f.enum), text)
			return
		}
		v.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			d.problem(t.place, "", "%s: expected true or false, found %q", path, text)
			return
		}
		v.SetBool(b)
	case reflect.Int:
		n, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 0, 64)
		if err != nil {
			d.problem(t.place, "", "%s: expected a whole number, found %q", path, text)
			return
		}
		if f.enum != nil && !slices.Contains(f.enum, strconv.FormatInt(n, 10)) {
			d.problem(t.place, "", "%s: expected %s, found %d", path, oneOf(f.enum), n)
			return
		}
		if d.inBounds(t, n, f, path) {
			v.SetInt(n)
		}
	}
}

func quoteHint(want treeKind, t *tree) string {
	switch {
	case want == stringKind && t.kind != tableKind && t.kind != arrayKind:
		return fmt.Sprintf("put it in quotes: %q", t.text)
	case want == integerKind && t.kind == stringKind:
		if _, err := strconv.Atoi(t.text); err == nil {
			return "without quotes: " + t.text
		}
	case want == boolKind && (t.text == "true" || t.text == "false"):
		return "without quotes: " + t.text
	}
	return ""
}

func oneOf(values []string) string {
	quoted := make([]string, 0, len(values))
	for _, v := range values {
		quoted = append(quoted, strconv.Quote(v))
	}
	return "one of " + strings.Join(quoted, ", ")
}

func didYouMean(text string, known []string) string {
	if n := Nearest(text, known); n != "" {
		return fmt.Sprintf("did you mean %q?", n)
	}
	return ""
}

func (d *decoder) inBounds(t *tree, n int64, f field, path string) bool {
	switch {
	case f.min != nil && f.max != nil && (n < *f.min || n > *f.max):
		d.problem(t.place, "", "%s: expected a number from %d to %d, found %d", path, *f.min, *f.max, n)
	case f.min != nil && n < *f.min:
		d.problem(t.place, "", "%s: expected at least %d, found %d", path, *f.min, n)
	case f.max != nil && n > *f.max:
		d.problem(t.place, "", "%s: expected at most %d, found %d", path, *f.max, n)
	default:
		return true
	}
	return false
}

// expand replaces ${NAME} and ${NAME:-default} in a text by variables of the
// environment; $${ stands for ${.
func (d *decoder) expand(t *tree, path string) (string, bool) {
	var b strings.Builder
	rest := t.text
	for {
		at := strings.Index(rest, "${")
		if at < 0 {
			b.WriteString(rest)
			return b.String(), true
		}
		if at > 0 && rest[at-1] == '$' {
			b.WriteString(rest[:at-1] + "${")
			rest = rest[at+2:]
			continue
		}
		name, after, closed := strings.Cut(rest[at+2:], "}")
		name, fallback, hasFallback := strings.Cut(name, ":-")
		if !closed || !isVariable(name) {
			d.problem(t.place, "write $${ for the characters ${ themselves", "%s: expected ${NAME} or ${NAME:-default}", path)
			return "", false
		}
		value, ok := d.lookup(name)
		if hasFallback && value == "" {
			value, ok = fallback, true
		}
		if !ok {
			d.problem(t.place, fmt.Sprintf("set it, or give a default: ${%s:-value}", name), "%s: the environment variable %s is not set", path, name)
			return "", false
		}
		b.WriteString(rest[:at] + value)
		rest = after
	}
}

func isVariable(name string) bool {
	for i, r := range name {
		if r != '_' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

// setDefaults gives every key of the struct v its default.
func setDefaults(v reflect.Value) {
	for _, f := range fields(v.Type()) {
		fv := v.FieldByIndex(f.index)
		if fv.Kind() == reflect.Struct && !isScalar(fv.Type()) {
			setDefaults(fv)
		} else if f.def != "" {
			setDefault(fv, f)
		}
	}
}

func setDefault(v reflect.Value, f field) {
	text := f.def
	if v.Kind() == reflect.String || isScalar(v.Type()) {
		text = strconv.Quote(text)
	}
	t, problems := parse(&source{name: "default", text: "x = " + text, file: true})
	d := &decoder{origins: map[string]Origin{}, places: map[string]span{}, lookup: os.LookupEnv}
	if len(problems) == 0 {
		d.value(t.keys[0].value, v, f, f.name, reflect.Value{})
		problems = d.problems
	}
	if len(problems) > 0 {
		panic("config: the default of " + f.name + ": " + problems.Error())
	}
}
