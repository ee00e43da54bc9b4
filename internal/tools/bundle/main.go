// Command bundle turns the JavaScript halves of Node's modules into the files that
// package builtin embeds: one function body per builtin, in ASCII.
//
//	bundle SOURCE-DIR OUTPUT-DIR
//
// A builtin requires other builtins by id, and npm packages by name; a package
// becomes a builtin of its own, internal/deps/NAME, with everything it needs inside.
package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// aliases replaces files of npm packages by builtins, by the end of their path
// without extension: packages that bring their own copy of Node's internals must use ours.
var aliases = map[string]string{
	"process/":         "process",
	"buffer/":          "buffer",
	"string_decoder/":  "string_decoder",
	"abort-controller": "internal/abort_controller",
}

var requireCall = regexp.MustCompile(`\brequire\(\s*['"]([^'"]+)['"]\s*\)`)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: bundle SOURCE-DIR OUTPUT-DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// ID is the builtin id of a file below the source folder; see docs/architecture.md.
func ID(rel string) string {
	parts := strings.Split(strings.TrimSuffix(filepath.ToSlash(rel), ".js"), "/")
	n := len(parts)
	if strings.HasPrefix(parts[n-1], "_") {
		return parts[n-1]
	}
	if n > 1 && parts[n-1] == parts[n-2] {
		parts = parts[:n-1]
	}
	return strings.Join(parts, "/")
}

func run(from, to string) error {
	sources := map[string]string{}
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == "dist" || d.Name() == "testdata" || d.Name() == "node_modules" {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(path, ".js") {
			rel, _ := filepath.Rel(from, path)
			id := ID(rel)
			if other, ok := sources[id]; ok {
				return fmt.Errorf("%s and %s are both builtin %s", other, path, id)
			}
			sources[id] = path
		}
		return nil
	})
	if err != nil {
		return err
	}
	packages := map[string]bool{}
	written := map[string]bool{}
	for id, path := range sources {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range requireCall.FindAllStringSubmatch(string(text), -1) {
			name := strings.TrimPrefix(m[1], "node:")
			if _, ok := sources[name]; !ok && installed(name) {
				packages[name] = true
			}
		}
		out, err := transform(path, string(text))
		if err != nil {
			return err
		}
		if err := write(to, id, out, written); err != nil {
			return err
		}
	}
	names := make([]string, 0, len(packages))
	for name := range packages {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		out, err := bundle(name, sources)
		if err != nil {
			return err
		}
		if err := write(to, "internal/deps/"+name, out, written); err != nil {
			return err
		}
	}
	return clean(to, written)
}

// installed reports whether the name can be an npm package. A builtin that is still
// to be written fails when it is required, not when it is bundled.
func installed(name string) bool {
	parts := strings.SplitN(name, "/", 3)
	root := parts[0]
	if strings.HasPrefix(root, "@") && len(parts) > 1 {
		root += "/" + parts[1]
	}
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "internal/") {
		return false
	}
	_, err := os.Stat(filepath.Join("node_modules", root))
	return err == nil
}

func transform(path, text string) ([]byte, error) {
	// A function body may return at its top level, a script may not: wrap it for the parser.
	const head, tail = "(function(){", "\n})"
	r := api.Transform(head+text+tail, api.TransformOptions{Charset: api.CharsetASCII, Target: api.ESNext, Sourcefile: path, LogLevel: api.LogLevelSilent})
	if len(r.Errors) > 0 {
		return nil, messages(r.Errors)
	}
	body := strings.TrimSpace(string(r.Code))
	body = strings.TrimSuffix(strings.TrimSuffix(body, ";"), ")")
	i, j := strings.Index(body, "{"), strings.LastIndex(body, "}")
	return []byte(body[i+1 : j]), nil
}

func bundle(name string, sources map[string]string) ([]byte, error) {
	builtins := api.Plugin{Name: "builtins", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			if a.Kind == api.ResolveEntryPoint {
				return api.OnResolveResult{}, nil
			}
			path := strings.TrimPrefix(a.Path, "node:")
			full := path
			if strings.HasPrefix(path, ".") {
				full = filepath.ToSlash(filepath.Join(a.ResolveDir, path))
			}
			for end, id := range aliases {
				if strings.HasSuffix(strings.TrimSuffix(full, ".js"), end) {
					return api.OnResolveResult{Path: id, External: true}, nil
				}
			}
			if _, ok := sources[path]; ok {
				return api.OnResolveResult{Path: path, External: true}, nil
			}
			return api.OnResolveResult{}, nil
		})
	}}
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	r := api.Build(api.BuildOptions{
		Stdin:    &api.StdinOptions{Contents: fmt.Sprintf("module.exports = require(%q)", name), ResolveDir: wd, Sourcefile: name},
		Bundle:   true,
		Format:   api.FormatCommonJS,
		Platform: api.PlatformNode,
		Charset:  api.CharsetASCII,
		Target:   api.ESNext,
		Plugins:  []api.Plugin{builtins},
		LogLevel: api.LogLevelSilent,
	})
	if len(r.Errors) > 0 {
		return nil, messages(r.Errors)
	}
	return r.OutputFiles[0].Contents, nil
}

func messages(list []api.Message) error {
	text := api.FormatMessages(list, api.FormatMessagesOptions{Kind: api.ErrorMessage})
	return fmt.Errorf("%s", strings.Join(text, ""))
}

// write leaves a file alone that has the right content, so that make and the Go
// build cache see only real changes.
func write(dir, id string, text []byte, written map[string]bool) error {
	path := filepath.Join(dir, filepath.FromSlash(id)+".js")
	written[path] = true
	if old, err := os.ReadFile(path); err == nil && string(old) == string(text) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// clean removes what no builtin makes any more.
func clean(dir string, written map[string]bool) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if !written[path] && strings.HasSuffix(path, ".js") {
			return os.Remove(path)
		}
		return nil
	})
}
