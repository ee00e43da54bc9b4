package main

import (
	"io"
	"testing"
)

func TestProfileOptionsNeedAProfile(t *testing.T) {
	for _, c := range []struct {
		argv []string
		want string
	}{
		{[]string{"--cpu-prof", "--cpu-prof-name=a"}, ""},
		{[]string{"--cpu-prof-name=a"}, "--cpu-prof-name must be used with --cpu-prof"},
		{[]string{"--cpu-prof-dir", "a"}, "--cpu-prof-dir must be used with --cpu-prof"},
		{[]string{"--no-cpu-prof", "--cpu-prof-interval=5"}, "--cpu-prof-interval must be used with --cpu-prof"},
	} {
		cl, err := parse(c.argv)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := cl.checkSupport(io.Discard); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.argv, got, c.want)
		}
	}
}
