package fs

import (
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/node"
)

// realpathWalk(path, asBuffer) resolves links component by component. Its errors name the component
// that failed and the call (lstat, stat, readlink), as Node's fs.realpath does, which walks in JavaScript.
func realpathWalk(a arguments) work {
	given, asBuffer := a.path(0), a.Bool(1)
	return func() (any, error) {
		resolved, err := walk(given)
		if err != nil {
			return nil, err
		}
		return text(resolved, asBuffer), nil
	}
}

func walk(given string) (string, error) {
	if !path.IsAbs(given) {
		dir, err := os.Getwd()
		if err != nil {
			return "", node.SystemError("uv_cwd", errnoOf(err), "", "")
		}
		given = dir + "/" + given
	}
	rest := strings.TrimPrefix(path.Clean(given), "/")
	done := ""
	for rest != "" {
		name, after, _ := strings.Cut(rest, "/")
		current := done + "/" + name
		rest = after
		var s unix.Stat_t
		if err := restarted(func() error { return unix.Lstat(current, &s) }); err != nil {
			return "", node.SystemError("lstat", err, current, "")
		}
		if s.Mode&unix.S_IFMT != unix.S_IFLNK {
			done = current
			continue
		}
		// stat finds loops and links that lead nowhere.
		if err := restarted(func() error { return unix.Stat(current, &s) }); err != nil {
			return "", node.SystemError("stat", err, current, "")
		}
		end := s.Mode&unix.S_IFMT == unix.S_IFIFO || s.Mode&unix.S_IFMT == unix.S_IFSOCK
		target, err := readLink(current)
		if err != nil {
			return "", node.SystemError("readlink", err, current, "")
		}
		if !path.IsAbs(target) {
			target = done + "/" + target
		}
		if end {
			// /proc links to pipes and sockets by names that are in no directory.
			return path.Join(target, rest), nil
		}
		rest = strings.TrimPrefix(path.Clean(target+"/"+rest), "/")
		done = ""
	}
	if done == "" {
		return "/", nil
	}
	return done, nil
}
