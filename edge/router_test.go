package edge

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestCleanPath(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"/", "/"}, {"/a", "/a"}, {"/a/", "/a/"}, {"/a/b.c", "/a/b.c"}, {"/.well-known/x", "/.well-known/x"}, {"/a/...", "/a/..."},
		{"//", "/"}, {"/a//b", "/a/b"}, {"/./a/./b/.", "/a/b/"}, {"/a/../b", "/b"}, {"/..", "/"}, {"/../../a", "/a"}, {"/a/..", "/"}, {"/a/b/..", "/a/"},
		{"/%61dmin", "/admin"}, {"/%2e%2e/a", "/a"}, {"/a/%2E%2e/b", "/b"}, {"/a%2fb", "/a%2Fb"}, {"/a%2F..%2Fb", "/a%2F..%2Fb"},
		{"/%252e%252e/a", "/%252e%252e/a"}, {"/%25", "/%25"}, {"/%5c..%5c", "/\\..\\"}, {"/%C3%BC", "/ü"}, {"/a b", "/a b"}, {"/a%20b", "/a b"},
	} {
		if got, ok := CleanPath(c.in); !ok || got != c.want {
			t.Errorf("CleanPath(%q) = %q, %v; want %q", c.in, got, ok, c.want)
		}
		// No second reading: a clean path stays what it is.
		if got, ok := CleanPath(c.in); ok && !strings.Contains(got, "%") {
			if again, _ := CleanPath(got); again != got {
				t.Errorf("CleanPath(%q) = %q", got, again)
			}
		}
	}
	for _, in := range []string{"", "a", "*", "http://a/", "/%", "/%2", "/%zz", "/a%00b", "/a\x00b", "/%2x/.."} {
		if got, ok := CleanPath(in); ok {
			t.Errorf("CleanPath(%q) = %q; want a refusal", in, got)
		}
	}
	if n := testing.AllocsPerRun(100, func() { CleanPath("/api/users/17") }); n != 0 {
		t.Errorf("%v allocations for a path that is clean", n)
	}
}

var routes = []Pattern{
	{Path: "/"},
	{Path: "/about"},
	{Path: "/users/{id}"},
	{Path: "/users/me"},
	{Path: "/users/{id}/posts/{post}"},
	{Path: "/users/me/*"},
	{Path: "/api/*"},
	{Path: "/api/items", Methods: []string{"GET", "POST"}},
	{Path: "/api/items/{id}", Methods: []string{"GET"}},
	{Path: "/api/items/{id}", Methods: []string{"DELETE"}},
	{Path: "/only", Methods: []string{"POST"}},
	{Path: "/mixed", Methods: []string{"POST"}},
	{Path: "/mixed"},
	{Path: "/head", Methods: []string{"GET"}},
	{Path: "/head", Methods: []string{"HEAD"}},
	{Path: "/slash/"},
	{Host: "example.com", Path: "/about"},
	{Host: "*.example.com", Path: "/about"},
	{Host: "*.eu.example.com", Path: "/about"},
	{Host: "[::1]", Path: "/about"},
}

func TestMatch(t *testing.T) {
	cases := []struct {
		method, host, path string
		want               string // host path methods params; or the methods allowed; or ""
	}{
		{"GET", "x", "/", " /"},
		{"GET", "x", "/about", " /about"},
		{"GET", "x", "/about/", ""},
		{"GET", "x", "/About", ""},
		{"GET", "x", "/slash/", " /slash/"},
		{"GET", "x", "/slash", ""},
		{"GET", "x", "/users/17", " /users/{id} id=17"},
		{"GET", "x", "/users/", ""},
		{"GET", "x", "/users/me", " /users/me"},
		{"GET", "x", "/users/me/", " /users/me/* *="},
		{"GET", "x", "/users/me/a/b", " /users/me/* *=a/b"},
		{"GET", "x", "/users/me/posts/1", " /users/me/* *=posts/1"},
		{"GET", "x", "/users/you/posts/1", " /users/{id}/posts/{post} id=you post=1"},
		{"GET", "x", "/users/you/posts", ""},
		{"GET", "x", "/api", ""},
		{"GET", "x", "/api/", " /api/* *="},
		{"PUT", "x", "/api/any/thing", " /api/* *=any/thing"},
		{"GET", "x", "/api/items", " /api/items [GET POST]"},
		{"HEAD", "x", "/api/items", " /api/items [GET POST]"},
		{"PUT", "x", "/api/items", " /api/* *=items"}, // not hidden by the more exact one
		{"GET", "x", "/api/items/5", " /api/items/{id} [GET] id=5"},
		{"DELETE", "x", "/api/items/5", " /api/items/{id} [DELETE] id=5"},
		{"GET", "x", "/only", "allow POST"},
		{"OPTIONS", "x", "/only", "allow POST"},
		{"POST", "x", "/mixed", " /mixed [POST]"},
		{"GET", "x", "/mixed", " /mixed"},
		{"HEAD", "x", "/head", " /head [HEAD]"},
		{"GET", "x", "/head", " /head [GET]"},
		{"POST", "x", "/head", "allow GET HEAD"},
		{"GET", "example.com", "/about", "example.com /about"},
		{"GET", "Example.COM.:8080", "/about", "example.com /about"},
		{"GET", "www.example.com", "/about", "*.example.com /about"},
		{"GET", "a.b.example.com", "/about", "*.example.com /about"},
		{"GET", "x.eu.example.com", "/about", "*.eu.example.com /about"},
		{"GET", ".example.com", "/about", " /about"},
		{"GET", "badexample.com", "/about", " /about"},
		{"GET", "example.com", "/users/1", " /users/{id} id=1"}, // what a host does not have, every host has
		{"GET", "[::1]:80", "/about", "[::1] /about"},
		{"GET", "", "/nothing", ""},
	}
	// The order in which routes were added does not count.
	for range 50 {
		rand.Shuffle(len(routes), func(i, j int) { routes[i], routes[j] = routes[j], routes[i] })
		var r Router[int]
		for i, p := range routes {
			if err := r.Add(p, i); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range cases {
			m := r.Match(c.method, c.host, c.path)
			got := ""
			if m.Found {
				got = m.Pattern.Host + " " + m.Pattern.Path
				if len(m.Pattern.Methods) > 0 {
					got += fmt.Sprint(" ", m.Pattern.Methods)
				}
				for _, p := range m.Params {
					got += " " + p.Name + "=" + p.Value
				}
				if !slices.Equal(routes[m.Value].Methods, m.Pattern.Methods) || routes[m.Value].Path != m.Pattern.Path {
					t.Fatalf("%s %s: the value is another route's", c.method, c.path)
				}
			} else if len(m.Allow) > 0 {
				got = "allow " + strings.Join(m.Allow, " ")
			}
			if got != c.want {
				t.Fatalf("%s %s%s: %q, want %q", c.method, c.host, c.path, got, c.want)
			}
		}
	}
}

func TestAddRefuses(t *testing.T) {
	for _, c := range []struct {
		a, b Pattern
		want string
	}{
		{Pattern{Path: "x"}, Pattern{}, "a path begins with /"},
		{Pattern{Path: "/a*"}, Pattern{}, "neither a text nor"},
		{Pattern{Path: "/*/a"}, Pattern{}, "neither a text nor"},
		{Pattern{Path: "/{}"}, Pattern{}, "neither a text nor"},
		{Pattern{Path: "/{a}/{a}"}, Pattern{}, "there twice"},
		{Pattern{Path: "/{a}{b}"}, Pattern{}, "malformed"},
		{Pattern{Path: "/", Host: "a.*"}, Pattern{}, "is not a host"},
		{Pattern{Path: "/", Host: "*a"}, Pattern{}, "is not a host"},
		{Pattern{Path: "/a"}, Pattern{Path: "/a"}, "match the same requests"},
		{Pattern{Path: "/{a}"}, Pattern{Path: "/{b}"}, "match the same requests"},
		{Pattern{Path: "/a", Host: "x"}, Pattern{Path: "/a", Host: "X"}, "match the same requests"},
		{Pattern{Path: "/*", Methods: []string{"GET", "PUT"}}, Pattern{Path: "/*", Methods: []string{"PUT"}}, "match the same requests (PUT)"},
	} {
		var r Router[int]
		err := r.Add(c.a, 1)
		if err == nil && c.b.Path != "" {
			err = r.Add(c.b, 2)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, %v: %v; want %q", c.a, c.b, err, c.want)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	var r Router[int]
	for i, p := range routes {
		if err := r.Add(p, i); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		r.Match("GET", "x", "/api/items")
	}
}
