package edge

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// List is the page that lists an open folder, for the path it was asked for by.
func (f *Files) List(folder *File, cleanPath string) ([]byte, error) {
	entries, err := folder.Open.ReadDir(-1)
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
