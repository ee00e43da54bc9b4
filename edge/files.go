package edge

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/sluice-http/sluice/http1/http1net"
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

	// CacheControl is the Cache-Control of files; empty: none.
	CacheControl string

	folder *folder
	cache  fileCache
}

// OpenFiles opens a folder.
func OpenFiles(dir string) (*Files, error) {
	d, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	return &Files{folder: d}, nil
}

// Close closes the folder; files that are open stay so.
func (f *Files) Close() error {
	f.cache.clear()
	return f.folder.Close()
}

// File is what a request for a file gets, or an open folder. Who got it closes it.
type File struct {
	Resource
	Name     string    // below the folder, with slashes
	Type     string    // the Content-Type
	Encoding string    // the Content-Encoding of a precompressed one
	Folder   bool      // it is a folder, to be listed
	Vary     bool      // another Accept-Encoding may find another file
	Body     []byte    // the content of a small file; others must not change it
	Open     *OpenFile // of another, or the folder

	fields []http1net.Field // of an answer with the whole file; the first shared of all
	shared int
}

// Close lets go of the file.
func (f *File) Close() error {
	if f.Open == nil {
		return nil
	}
	return f.Open.Close()
}

// Reader reads the content.
func (f *File) Reader() io.Reader {
	if f.Open == nil {
		return bytes.NewReader(f.Body)
	}
	return io.NewSectionReader(f.Open, 0, f.Size)
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
	var h http1net.Header
	for _, v := range accept {
		h.Add("Accept-Encoding", v)
	}
	file, err := f.find(cleanPath, h, time.Now().UnixNano())
	if err != nil {
		return nil, err
	}
	return &file, nil
}

// find is Open at the time now, for the header of a request.
func (f *Files) find(cleanPath string, h http1net.Header, now int64) (File, error) {
	if file, ok := f.cache.get(f, cleanPath, h, now); ok {
		return file, nil
	}
	e, err := f.resolve(cleanPath)
	if err != nil {
		return File{}, err
	}
	file := e.choose(h)
	if e.lasting(now) {
		f.cache.add(cleanPath, e)
	} else {
		e.close()
	}
	return file, nil
}

// resolve looks for what a path means.
func (f *Files) resolve(cleanPath string) (*entry, error) {
	names := f.TryFiles
	if len(names) == 0 {
		names = thePath
	}
	e := &entry{}
	var first error
	for i, name := range names {
		err := f.try(e, strings.ReplaceAll(name, "{path}", cleanPath))
		if err == nil {
			return e, nil
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

var thePath = []string{"{path}"}

func (f *Files) try(e *entry, cleanPath string) error {
	name, folder, ok := f.name(cleanPath)
	if !ok {
		return fs.ErrNotExist
	}
	o, err := f.open(e, name)
	switch {
	case err != nil:
		return err
	case o.id.mode.IsRegular() && !folder:
		f.found(e, o, name)
		return nil
	case o.id.mode.IsRegular():
		o.close()
		return fs.ErrNotExist
	case !folder:
		o.close()
		return &RedirectError{cleanPath + "/"}
	}
	for _, index := range f.Index {
		in := path.Join(name, index)
		if page, err := f.open(e, in); err == nil {
			if page.id.mode.IsRegular() {
				o.close()
				f.found(e, page, in)
				return nil
			}
			page.close()
		}
	}
	if !f.Listing {
		o.close()
		return fs.ErrNotExist
	}
	e.files = []File{{Open: o.file, Name: name, Folder: true, Type: MediaType(".html")}}
	return nil
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
func (f *Files) open(e *entry, name string) (opened, error) {
	o, err := f.folder.open(name)
	if err != nil && hidden(err) {
		err = fs.ErrNotExist
	}
	// A folder's state says nothing of the names in it, of which others are looked for.
	if err != nil || !o.id.mode.IsDir() {
		e.seen = append(e.seen, sighting{name, o.id})
	}
	return o, err
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

// found fills an entry with a file and its compressed twins.
func (f *Files) found(e *entry, o opened, name string) {
	e.files = append(e.files, f.file(o, name, name, ""))
	if f.Precompressed {
		for _, s := range suffixes {
			f.twin(e, o.id, name, s.ending, s.coding)
		}
	}
	for i := range e.files {
		e.files[i].Vary = len(e.offered) > 0
		e.files[i].dress(f.CacheControl)
	}
}

// twin adds a compressed file to an entry, unless it is older than what it was made from.
func (f *Files) twin(e *entry, of identity, name, ending, coding string) {
	id, err := f.folder.state(name + ending)
	if err != nil || id == (identity{}) || !id.mode.IsRegular() || id.mtime < of.mtime {
		e.seen = append(e.seen, sighting{name + ending, id})
		return
	}
	if o, err := f.open(e, name+ending); err == nil {
		if !o.id.mode.IsRegular() || o.id.mtime < of.mtime {
			o.close()
			return
		}
		e.offered = append(e.offered, coding)
		e.files = append(e.files, f.file(o, name+ending, name, coding))
	}
}

// file describes what was opened: a strong tag is made of its time and size.
func (f *Files) file(o opened, name, plain, coding string) File {
	suffix := ""
	if coding != "" {
		suffix = "-" + coding
	}
	tag := `"` + strconv.FormatInt(o.id.mtime, 36) + "-" + strconv.FormatInt(o.id.size, 36) + suffix + `"`
	return File{
		Resource: Resource{ETag: tag, Modified: o.id.modified(), Size: o.id.size},
		Name:     name, Type: MediaType(plain), Encoding: coding, Body: o.body, Open: o.file,
	}
}

// dress makes the fields of answers.
func (f *File) dress(cacheControl string) {
	add := func(name, value string) {
		if value != "" {
			f.fields = append(f.fields, http1net.Field{Name: name, Value: value})
		}
	}
	add("ETag", f.ETag)
	add("Last-Modified", f.Modified.UTC().Format(http.TimeFormat))
	add("Cache-Control", cacheControl)
	if f.Vary {
		add("Vary", "Accept-Encoding")
	}
	f.shared = len(f.fields)
	add("Content-Encoding", f.Encoding)
	add("Accept-Ranges", "bytes")
	add("Content-Type", f.Type)
}
