package main

import (
	"reflect"
	"testing"

	"github.com/sluice-http/sluice/internal/node"
)

func TestSplitOptions(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
		fail bool
	}{
		{in: "", want: nil},
		{in: "  --a   --b=c ", want: []string{"--a", "--b=c"}},
		{in: `--a="b c" --d`, want: []string{"--a=b c", "--d"}},
		{in: `--a "b \"c\" \\d"`, want: []string{"--a", `b "c" \d`}},
		{in: `--a ""`, want: []string{"--a", ""}},
		{in: `--a "b`, fail: true},
		{in: `--a "b\`, fail: true},
	} {
		got, err := splitOptions(c.in)
		if (err != nil) != c.fail || !reflect.DeepEqual(got, c.want) && !c.fail {
			t.Errorf("splitOptions(%q) = %q, %v; want %q, failure %v", c.in, got, err, c.want, c.fail)
		}
	}
}

func TestEnvironmentOptions(t *testing.T) {
	cl, err := parse([]string{"--no-warnings", "--require", "b", "script.js"})
	if err != nil {
		t.Fatal(err)
	}
	if err := cl.environment("--warnings --require=a --trace-warnings"); err != nil {
		t.Fatal(err)
	}
	want := node.Flags{"warnings": {"false"}, "require": {"a", "b"}, "trace-warnings": {"true"}}
	if !reflect.DeepEqual(cl.flags, want) {
		t.Errorf("flags are %v, want %v", cl.flags, want)
	}
	if len(cl.execArgv) != 3 {
		t.Errorf("execArgv is %q: it is for the command line alone", cl.execArgv)
	}
	for _, bad := range []string{"--no-such-option", "script.js", "-e 1", "--expose-internals", "--version"} {
		if err := cl.environment(bad); err == nil {
			t.Errorf("environment(%q): no error", bad)
		}
	}
}

func TestUnhandledRejections(t *testing.T) {
	for value, ok := range map[string]bool{"strict": true, "warn-with-error-code": true, "foobar": false, "": false} {
		_, err := parse([]string{"--unhandled-rejections=" + value})
		if (err == nil) != ok {
			t.Errorf("--unhandled-rejections=%s: %v", value, err)
		}
	}
}
