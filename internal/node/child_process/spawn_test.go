package childprocess

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestFind(t *testing.T) {
	root := t.TempDir()
	write := func(name string, mode os.FileMode) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), []byte("#!/bin/sh\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("one/tool", 0o700)
	write("two/tool", 0o700)
	write("two/text", 0o600)
	write("three/text", 0o700)
	if err := os.MkdirAll(filepath.Join(root, "one/folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	path := "PATH=" + root + "/one:" + root + "/two"
	for _, c := range []struct {
		file, path, cwd, want string
		err                   error
	}{
		{file: "tool", path: path, want: root + "/one/tool"},
		{file: "text", path: path + ":" + root + "/three", want: root + "/three/text"},
		{file: "text", path: path, err: syscall.EACCES},
		{file: "folder", path: path, err: syscall.ENOENT},
		{file: "nope", path: path, err: syscall.ENOENT},
		{file: "./nope", path: path, want: "./nope"},
		{file: "tool", path: "PATH=two", cwd: root, want: "./two/tool"},
		{file: "sh", path: "OTHER=x", want: "/bin/sh"},
	} {
		got, err := command{file: c.file, env: []string{c.path}, cwd: c.cwd}.find()
		if got != c.want || err != c.err {
			t.Errorf("find %s in %s = %q, %v; want %q, %v", c.file, c.path, got, err, c.want, c.err)
		}
	}
}

func TestStart(t *testing.T) {
	cmd := command{file: "sh", args: []string{"sh", "-c", "read line; echo got $line; echo $A >&2; kill -TERM $$"}, env: append(os.Environ(), "A=b"), stdio: []int{stdioPipe, stdioPipe, stdioPipe}, uid: -1, gid: -1}
	pid, ours, err := cmd.start()
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(ours)
	if _, err := ours[0].WriteString("text\n"); err != nil {
		t.Fatal(err)
	}
	for i, want := range map[int]string{1: "got text\n", 2: "b\n"} {
		got, err := io.ReadAll(ours[i])
		if err != nil || string(got) != want {
			t.Errorf("stream %d: %q, %v", i, got, err)
		}
	}
	if code, signal := wait(pid); code != 0 || signal != int(syscall.SIGTERM) {
		t.Errorf("code %d, signal %d", code, signal)
	}
}

func TestStartFails(t *testing.T) {
	for _, c := range []struct {
		cmd command
		err error
	}{
		{command{file: "/nope/nope", args: []string{"x"}}, syscall.ENOENT},
		{command{file: "/", args: []string{"x"}}, syscall.EACCES},
		{command{file: "sh", args: []string{"sh"}, cwd: "/nope"}, syscall.ENOENT},
		{command{file: "sh", args: []string{"sh"}, stdio: []int{stdioPipe, 1 << 20}}, syscall.EBADF},
	} {
		c.cmd.uid, c.cmd.gid = -1, -1
		_, ours, err := c.cmd.start()
		if err != c.err {
			t.Errorf("%s: %v, want %v", c.cmd.file, err, c.err)
		}
		for _, f := range ours {
			if f != nil {
				if _, err := f.Write([]byte("x")); err == nil {
					t.Errorf("%s: a stream was left open", c.cmd.file)
				}
			}
		}
	}
}

func TestScriptWithoutInterpreter(t *testing.T) {
	script := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(script, []byte("exit $1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	pid, _, err := command{file: script, args: []string{script, "7"}, uid: -1, gid: -1}.start()
	if err != nil {
		t.Fatal(err)
	}
	if code, _ := wait(pid); code != 7 {
		t.Errorf("code %d", code)
	}
}
