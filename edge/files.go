package edge

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Files finds files below one folder. Nothing outside of it is ever opened, whatever a
// path says and wherever symbolic links point: names are resolved beneath the folder,
// component by component, by os.Root. Its methods may be called by several goroutines.
type Files struct {
	// Index are the names of files that answer for a folder.
	Index []string
	// TryFiles are names to try in turn, in which {path} is the path that was asked
	// for; empty: that path alone.
	TryFiles []string
	// Dotfiles lets names that begin with a dot be served; without it .well-known
	// alone is.
	Dotfiles bool
	// Listing lets a folder without an index be opened.
	Listing bool
	// Precompressed looks for name.br, name.zst and name.gz beside name.
	Precompressed bool

	root *os.Root
}

// OpenFiles opens a folder.
func OpenFiles(dir string) (*Files, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Files{root: root}, nil
}

// Close closes the folder; files that are open stay so.
func (f *Files) Close() error { return f.root.Close() }

// File is an open file, or folder. Who opened it closes it.
type File struct {
	*os.File
	Resource
	Name     string // below the folder, with slashes
	Type     string // the Content-Type
	Encoding string // the Content-Encoding of a precompressed one
	Folder   bool   // it is a folder, to be listed
	Vary     bool   // another Accept-Encoding may find another file
}

// RedirectError says that a folder was asked for without a slash at the end, or a file
// with one.
type RedirectError struct{ To string }

// Error says where to.
func (e *RedirectError) Error() string { return "edge: the path is " + e.To }

// Open opens what a request for path means. path is the result of CleanPath; accept are
// the values of Accept-Encoding. The error is a *RedirectError, or is fs.ErrNotExist for
// everything that is not to be seen: there is no telling what is there and what is not.
func (f *Files) Open(cleanPath string, accept []string) (*File, error) {
	names := f.TryFiles
	if len(names) == 0 {
		names = []string{"{path}"}
	}
	var first error
	for i, name := range names {
		file, err := f.try(strings.ReplaceAll(name, "{path}", cleanPath), accept)
		if err == nil {
			return file, nil
		}
		var redirect *RedirectError
		if errors.As(err, &redirect) && name == "{path}" && i == 0 {
			return nil, err
		}
		if first == nil && !errors.Is(err, fs.ErrNotExist) && redirect == nil {
			first = err
		}
	}
	if first != nil {
		return nil, first
	}
	return nil, fs.ErrNotExist
}

func (f *Files) try(cleanPath string, accept []string) (*File, error) {
	name, folder, ok := f.name(cleanPath)
	if !ok {
		return nil, fs.ErrNotExist
	}
	file, info, err := f.open(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		if folder {
			file.Close()
			return nil, fs.ErrNotExist
		}
		return f.found(file, info, name, accept), nil
	}
	if !folder {
		file.Close()
		return nil, &RedirectError{cleanPath + "/"}
	}
	for _, index := range f.Index {
		in := path.Join(name, index)
		if page, info, err := f.open(in); err == nil {
			if info.Mode().IsRegular() {
				file.Close()
				return f.found(page, info, in, accept), nil
			}
			page.Close()
		}
	}
	if !f.Listing {
		file.Close()
		return nil, fs.ErrNotExist
	}
	return &File{File: file, Name: name, Folder: true, Type: MediaType(".html")}, nil
}

// name is the name of a file, for the path of a request; and whether the path ends as
// one of a folder.
func (f *Files) name(cleanPath string) (name string, folder, ok bool) {
	if !strings.HasPrefix(cleanPath, "/") || strings.ContainsAny(cleanPath, "\x00\\") {
		return "", false, false
	}
	folder = strings.HasSuffix(cleanPath, "/")
	name = strings.Trim(cleanPath, "/")
	if name == "" {
		return ".", true, true
	}
	if strings.Contains(name, "%2F") {
		return "", false, false // no file has a slash in its name
	}
	name = strings.ReplaceAll(name, "%25", "%")
	for segment := range strings.SplitSeq(name, "/") {
		if segment == "" || segment == "." || segment == ".." || segment[0] == '.' && segment != ".well-known" && !f.Dotfiles {
			return "", false, false
		}
	}
	return name, folder, true
}

// open opens a regular file or a folder. What is refused, for whatever reason a client
// can cause, is as if it were not there.
func (f *Files) open(name string) (*os.File, fs.FileInfo, error) {
	// Not to wait for the other end of a named pipe.
	file, err := f.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		if hidden(err) {
			err = fs.ErrNotExist
		}
		return nil, nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		err = fs.ErrNotExist
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, info, nil
}

// hidden tells what a request can cause from what only the server's state can, such as
// too many open files.
func hidden(err error) bool {
	for _, errno := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EIO} {
		if errors.Is(err, errno) {
			return false
		}
	}
	return true
}

var suffixes = []struct{ coding, ending string }{{"zstd", ".zst"}, {"br", ".br"}, {"gzip", ".gz"}}

// found is the file, or its compressed twin when the client takes that.
func (f *Files) found(file *os.File, info fs.FileInfo, name string, accept []string) *File {
	result := &File{File: file, Name: name, Type: MediaType(name), Resource: resource(info, "")}
	if !f.Precompressed {
		return result
	}
	var offered []string
	for _, s := range suffixes {
		if _, err := f.root.Stat(name + s.ending); err == nil {
			offered = append(offered, s.coding)
		}
	}
	result.Vary = len(offered) > 0
	coding := Encoding(accept, offered)
	if coding == "" {
		return result
	}
	i := slices.IndexFunc(suffixes, func(s struct{ coding, ending string }) bool { return s.coding == coding })
	twin, twinInfo, err := f.open(name + suffixes[i].ending)
	if err != nil || !twinInfo.Mode().IsRegular() || twinInfo.ModTime().Before(info.ModTime()) {
		if err == nil {
			twin.Close() // it is older than what it was made from
		}
		return result
	}
	file.Close()
	result.File, result.Encoding, result.Resource = twin, coding, resource(twinInfo, "-"+coding)
	return result
}

// resource makes the validators of a file: a strong tag of its time and size.
func resource(info fs.FileInfo, suffix string) Resource {
	tag := `"` + strconv.FormatInt(info.ModTime().UnixNano(), 36) + "-" + strconv.FormatInt(info.Size(), 36) + suffix + `"`
	return Resource{ETag: tag, Modified: info.ModTime(), Size: info.Size()}
}

// List is the page that lists an open folder, for the path it was asked for by.
func (f *Files) List(folder *File, cleanPath string) ([]byte, error) {
	entries, err := folder.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int {
		if a.IsDir() != b.IsDir() {
			if a.IsDir() {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name(), b.Name())
	})
	title := escapeHTML(cleanPath)
	page := fmt.Appendf(nil, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>%s</title></head>\n<body><h1>%s</h1>\n<ul>\n", title, title)
	if cleanPath != "/" {
		page = append(page, "<li><a href=\"../\">../</a></li>\n"...)
	}
	for _, e := range entries {
		name := e.Name()
		if name[0] == '.' && !f.Dotfiles {
			continue
		}
		if e.IsDir() {
			name += "/"
		}
		page = fmt.Appendf(page, "<li><a href=\"./%s\">%s</a></li>\n", escapeHTML(escapePath(name)), escapeHTML(name))
	}
	return append(page, "</ul>\n</body></html>\n"...), nil
}

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

func escapeHTML(s string) string { return htmlEscaper.Replace(s) }

// escapePath percent-encodes what may not stand in a path.
func escapePath(s string) string {
	const hex = "0123456789ABCDEF"
	var b []byte
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~/!$&'()*+,;=:@", c) >= 0 {
			b = append(b, c)
		} else {
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return string(b)
}
