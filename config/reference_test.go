package config

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/configuration.md again")

const referenceFile = "../docs/configuration.md"

const referenceHead = `# Every key of sluice.toml

Written from the types of package ` + "`config`" + ` by ` + "`go test ./config -run TestReference -update`" + `. How to begin, and what the parts do together, is in [edge.md](edge.md).

- ` + "`sluice check`" + ` says what is wrong with a file, ` + "`sluice config`" + ` prints the effective configuration with the origin of each value, ` + "`sluice config --schema`" + ` the JSON schema for editors.
- A **duration** is written ` + "`500ms`, `30s`, `5m`, `1h30m`" + `; a **size** is a number of bytes or ` + "`64KiB`, `10MB`" + `; a **rate** is ` + "`10/s` or `100/1m`" + `; 0 switches a limit off where nothing else is said. A relative **path** counts from the folder of the file.
- ` + "`${NAME}` and `${NAME:-default}`" + ` in a text stand for variables of the environment, ` + "`$${`" + ` for the characters themselves.
- ` + "`--set key=value`" + ` on the command line comes last and wins: ` + "`--set port=3000 --set timeouts.header=10s`" + `.
- **short** beside a key says that its table may be replaced by this value: ` + "`compression = false`, `cors = [\"https://example.com\"]`" + `.
`

// docs/configuration.md says what the types say.
func TestReference(t *testing.T) {
	want := reference()
	if *update {
		if err := os.WriteFile(referenceFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/configuration.md is not what the types say: go test ./config -run TestReference -update")
	}
}

func reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	b.WriteString("\n## The top level\n\n")
	var later []field
	table := func(fs []field) {
		b.WriteString("| key | value | default | |\n|---|---|---|---|\n")
		for _, f := range fs {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.name, valueOf(f), defaultOf(f), escaped(docOf(f)))
		}
	}
	var own, middleware []field
	for _, f := range fields(reflect.TypeFor[Config]()) {
		if f.index[0] == middlewareIndex() {
			middleware = append(middleware, f)
			continue
		}
		own = append(own, f)
		if hasKeys(f.typ) {
			later = append(later, f)
		}
	}
	table(own)
	var section func(f field, path, intro string)
	section = func(f field, path, intro string) {
		t, header := f.typ, "["+path+"]"
		if t.Kind() == reflect.Slice {
			t, header = t.Elem(), "[["+path+"]]"
		}
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		var keys []field
		for _, k := range fields(t) {
			if !k.inherits {
				keys = append(keys, k)
			}
		}
		fmt.Fprintf(&b, "\n### `%s`\n\n%s\n\n", header, intro)
		table(keys)
		for _, k := range keys {
			if hasKeys(k.typ) {
				section(k, path+"."+k.name, k.doc)
			}
		}
	}
	b.WriteString("\n## Tables\n")
	for _, f := range later {
		section(f, f.name, f.doc)
	}
	b.WriteString("\n## Middleware\n\nAt the top level for every route, and in a `[[route]]` for that one: `route.cors` replaces what it says of `cors`, and keeps the rest.\n\n")
	table(middleware)
	for _, f := range middleware {
		if hasKeys(f.typ) {
			section(f, f.name, f.doc)
		}
	}
	return b.String()
}

func middlewareIndex() int {
	f, _ := reflect.TypeFor[Config]().FieldByName("Middleware")
	return f.Index[0]
}

// hasKeys reports whether a key has keys of its own.
func hasKeys(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && !isScalar(t)
}

func docOf(f field) string {
	doc := f.doc
	if f.required {
		doc = "**Required.** " + doc
	}
	if f.short {
		doc += " (short)"
	}
	return doc
}

func escaped(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func defaultOf(f field) string {
	switch {
	case f.def != "" && (f.typ.Kind() == reflect.Slice || f.typ.Kind() == reflect.Bool || f.typ.Kind() == reflect.Int && !isScalar(f.typ)):
		return "`" + escaped(f.def) + "`"
	case f.def != "" && f.def[0] >= '0' && f.def[0] <= '9' && strings.Trim(f.def, "0123456789") == "":
		return "`" + f.def + "`"
	case f.def != "":
		return "`\"" + f.def + "\"`"
	case f.typ.Kind() == reflect.Bool:
		return "`false`"
	}
	return ""
}

// valueOf says what a key takes.
func valueOf(f field) string {
	if f.enum != nil && f.typ.Kind() != reflect.Slice {
		var all []string
		for _, e := range f.enum {
			if f.typ.Kind() == reflect.Int {
				all = append(all, "`"+e+"`")
			} else {
				all = append(all, "`\""+e+"\"`")
			}
		}
		return strings.Join(all, ", ")
	}
	return typeName(f.typ, f)
}

func typeName(t reflect.Type, f field) string {
	switch reflect.New(t).Interface().(type) {
	case *Duration:
		return "duration"
	case *Size:
		return "size"
	case *Rate:
		return "rate"
	case *Prefix:
		return "address or range"
	case *Workers:
		return "number or `\"auto\"`"
	case *Path:
		return "path"
	}
	switch {
	case hasKeys(t) && t.Kind() == reflect.Slice:
		return "tables"
	case hasKeys(t):
		return "table"
	case t.Kind() == reflect.Bool:
		return "`true`, `false`"
	case t.Kind() == reflect.Int && f.min != nil && f.max != nil:
		return fmt.Sprintf("%d to %d", *f.min, *f.max)
	case t.Kind() == reflect.Int && f.min != nil && *f.min > 0:
		return fmt.Sprintf("number, at least %d", *f.min)
	case t.Kind() == reflect.Int:
		return "number"
	case t.Kind() == reflect.Slice && f.enum != nil:
		return "array of `\"" + strings.Join(f.enum, "\"`, `\"") + "\"`"
	case t.Kind() == reflect.Slice:
		return "array: " + typeName(t.Elem(), field{})
	case t.Kind() == reflect.Map:
		return "table: name = " + typeName(t.Elem(), field{})
	}
	return "text"
}
