// Package edge is what happens to a request before it reaches JavaScript: routing,
// middleware, static files.
package edge

import (
	"fmt"
	"slices"
	"strings"
)

// Pattern is what a route matches.
type Pattern struct {
	// Host is a name (example.com), the names below one (*.example.com), or empty for
	// every host.
	Host string
	// Path is exact (/about), has parameters (/users/{id}), or ends with * for
	// everything below (/api/*, which is not /api).
	Path string
	// Methods are the methods; empty: all. GET includes HEAD.
	Methods []string
}

// Router finds the route of a request. Which one does not depend on the order in which
// routes were added but on how exact they are: an exact host before *.host (the longer
// one first) before any; then, segment by segment, a text before a parameter before *.
// A route whose methods do not match does not hide a less exact one that does.
//
// It is filled by Add and then used by any number of goroutines.
type Router[T any] struct {
	exact    map[string]*node[T]
	suffixes []suffix[T] // the longest first
	any      *node[T]
	added    int
	all      *leaf[T] // the only route, where it is one for all requests
}

type suffix[T any] struct {
	name string // ".example.com"
	root *node[T]
}

// node is a segment of paths.
type node[T any] struct {
	texts map[string]*node[T]
	param *node[T]
	end   []leaf[T] // of paths that end here
	rest  []leaf[T] // of paths that end here with *
}

type leaf[T any] struct {
	pattern Pattern
	names   []string // of the parameters, in the order of the path
	value   T
}

// Param is a part of the path that the route gave a name; * is the name of the rest.
type Param struct{ Name, Value string }

// Result is what Match found.
type Result[T any] struct {
	Value   T
	Pattern Pattern
	Params  []Param
	Found   bool
	// Allow are the methods that routes of this path have, sorted, when there is one
	// but not with this method: the answer is 405, or 204 to OPTIONS.
	Allow []string
}

// Add adds a route. It is an error when the pattern is malformed or when another route
// matches the same requests.
func (r *Router[T]) Add(p Pattern, value T) error {
	if !strings.HasPrefix(p.Path, "/") {
		return fmt.Errorf("edge: a path begins with /: %q", p.Path)
	}
	n, err := r.root(p.Host)
	if err != nil {
		return err
	}
	l := leaf[T]{pattern: p, value: value}
	segments := strings.Split(p.Path[1:], "/")
	list := &n.end
	for i, segment := range segments {
		last := i == len(segments)-1
		switch {
		case segment == "*" && last:
			l.names = append(l.names, "*")
			list = &n.rest
		case strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}") && len(segment) > 2:
			name := segment[1 : len(segment)-1]
			if strings.ContainsAny(name, "{}*") || slices.Contains(l.names, name) {
				return fmt.Errorf("edge: %q: the parameter %q is malformed or there twice", p.Path, name)
			}
			l.names = append(l.names, name)
			if n.param == nil {
				n.param = &node[T]{}
			}
			n = n.param
			list = &n.end
		case strings.ContainsAny(segment, "{}*"):
			return fmt.Errorf("edge: %q: %q is neither a text nor {name} nor * at the end", p.Path, segment)
		default:
			if n.texts == nil {
				n.texts = map[string]*node[T]{}
			}
			next := n.texts[segment]
			if next == nil {
				next = &node[T]{}
				n.texts[segment] = next
			}
			n = next
			list = &n.end
		}
	}
	for _, other := range *list {
		if m, both := overlap(other.pattern.Methods, p.Methods); both {
			return fmt.Errorf("edge: %q and %q match the same requests%s", other.pattern.Path, p.Path, m)
		}
	}
	*list = append(*list, l)
	if r.all = nil; r.added == 0 && p.Host == "" && p.Path == "/*" && len(p.Methods) == 0 {
		r.all = &(*list)[0]
	}
	r.added++
	return nil
}

// overlap reports whether two lists of methods, neither more exact than the other, have
// one in common. A list is more exact than none.
func overlap(a, b []string) (string, bool) {
	if len(a) == 0 || len(b) == 0 {
		return "", len(a) == len(b)
	}
	for _, m := range a {
		if slices.Contains(b, m) {
			return " (" + m + ")", true
		}
	}
	return "", false
}

func (r *Router[T]) root(host string) (*node[T], error) {
	if host == "" {
		if r.any == nil {
			r.any = &node[T]{}
		}
		return r.any, nil
	}
	name, wild := strings.CutPrefix(strings.ToLower(host), "*")
	if strings.Contains(name, "*") || wild && !strings.HasPrefix(name, ".") {
		return nil, fmt.Errorf("edge: %q is not a host: expected a name, or *. and a name", host)
	}
	if wild {
		for _, s := range r.suffixes {
			if s.name == name {
				return s.root, nil
			}
		}
		s := suffix[T]{name, &node[T]{}}
		r.suffixes = append(r.suffixes, s)
		slices.SortStableFunc(r.suffixes, func(a, b suffix[T]) int { return len(b.name) - len(a.name) })
		return s.root, nil
	}
	if r.exact == nil {
		r.exact = map[string]*node[T]{}
	}
	if r.exact[name] == nil {
		r.exact[name] = &node[T]{}
	}
	return r.exact[name], nil
}

// search is one Match under way, and what it found. It may be used again.
type search[T any] struct {
	method string
	values []string // of the parameters on the way
	found  *leaf[T]
	allow  []string // methods of routes that were more exact, but have not this one
}

// Match finds the route of a request. host is the Host field as it came; path is the
// result of CleanPath.
func (r *Router[T]) Match(method, host, path string) Result[T] {
	var s search[T]
	if !s.find(r, method, host, path) {
		slices.Sort(s.allow)
		return Result[T]{Allow: s.allow}
	}
	return Result[T]{Value: s.found.value, Pattern: s.found.pattern, Params: s.params(nil), Found: true}
}

// find is Match, and leaves what it found in s.
func (s *search[T]) find(r *Router[T], method, host, path string) bool {
	if r.all != nil {
		s.found, s.allow = r.all, nil
		s.values = append(s.values[:0], path[1:])
		return true
	}
	s.method, s.values, s.found, s.allow = method, s.values[:0], nil, nil
	if len(r.exact) > 0 || len(r.suffixes) > 0 {
		host = cleanHost(host)
		if root := r.exact[host]; root != nil && s.walk(root, path[1:]) {
			return true
		}
		for _, suffix := range r.suffixes {
			if strings.HasSuffix(host, suffix.name) && len(host) > len(suffix.name) && s.walk(suffix.root, path[1:]) {
				return true
			}
		}
	}
	return r.any != nil && s.walk(r.any, path[1:])
}

// params appends the parameters of what was found.
func (s *search[T]) params(to []Param) []Param {
	for i, name := range s.found.names {
		to = append(to, Param{name, s.values[i]})
	}
	return to
}

// walk looks below n for the most exact route of the rest of a path.
func (s *search[T]) walk(n *node[T], rest string) bool {
	if len(n.texts) > 0 || n.param != nil {
		segment, after, more := strings.Cut(rest, "/")
		if next := n.texts[segment]; next != nil && s.descend(next, after, more) {
			return true
		}
		if n.param != nil && segment != "" {
			s.values = append(s.values, segment)
			if s.descend(n.param, after, more) {
				return true
			}
			s.values = s.values[:len(s.values)-1]
		}
	}
	if len(n.rest) > 0 && s.take(n.rest) {
		s.values = append(s.values, rest)
		return true
	}
	return false
}

// descend goes on with what stands behind a segment, when there is more.
func (s *search[T]) descend(next *node[T], after string, more bool) bool {
	if !more {
		return s.take(next.end)
	}
	return s.walk(next, after)
}

// take ends the search at the leaf that has the method, or notes the methods there are.
func (s *search[T]) take(leaves []leaf[T]) bool {
	best := -1
	for i := range leaves {
		methods := leaves[i].pattern.Methods
		switch {
		case len(methods) == 0:
			if best < 0 {
				best = i
			}
		case slices.Contains(methods, s.method):
			best = i
		case best >= 0 && slices.Contains(leaves[best].pattern.Methods, s.method):
		case s.method == "HEAD" && slices.Contains(methods, "GET"):
			best = i
		}
	}
	if best >= 0 {
		s.found = &leaves[best]
		return true
	}
	for i := range leaves {
		for _, m := range leaves[i].pattern.Methods {
			s.note(m)
			if m == "GET" {
				s.note("HEAD")
			}
		}
	}
	return false
}

func (s *search[T]) note(method string) {
	if !slices.Contains(s.allow, method) {
		s.allow = append(s.allow, method)
	}
}
