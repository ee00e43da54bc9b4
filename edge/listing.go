package edge

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// List is the page that lists an open folder, for the path it was asked for by. What
// would not be answered with is not in it: links that lead out of the root or nowhere,
// and what is neither a file nor a folder.
func (f *Files) List(folder *File, cleanPath string) ([]byte, error) {
	names, err := folder.Open.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	var list []fs.FileInfo
	for _, name := range names {
		if name[0] == '.' && name != ".well-known" && !f.Dotfiles || strings.Contains(name, `\`) {
			continue
		}
		// Of a link, what it leads to, if that is beneath the root.
		info, err := f.folder.root.Stat(path.Join(folder.Name, name))
		if err == nil && (info.IsDir() || info.Mode().IsRegular()) {
			list = append(list, named{info, name})
		}
	}
	slices.SortFunc(list, func(a, b fs.FileInfo) int {
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
	for _, info := range list {
		name, size := info.Name(), ""
		if info.IsDir() {
			name += "/"
		} else {
			size = readable(info.Size()) + ", "
		}
		page = fmt.Appendf(page, "<li><a href=\"./%s\">%s</a> <small>%s%s</small></li>\n", escapeHTML(escapePath(name)), escapeHTML(name), size, info.ModTime().UTC().Format("2006-01-02 15:04 UTC"))
	}
	return append(page, "</ul>\n</body></html>\n"...), nil
}

// named is the state of what a link leads to, with the name of the link.
type named struct {
	fs.FileInfo
	name string
}

func (n named) Name() string { return n.name }

// readable is a number of bytes for people.
func readable(n int64) string {
	if n < 1<<10 {
		return fmt.Sprintf("%d B", n)
	}
	v, units := float64(n)/(1<<10), "KMGTPE"
	for ; v >= 1<<10; units = units[1:] {
		v /= 1 << 10
	}
	return fmt.Sprintf("%.1f %ciB", v, units[0])
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
