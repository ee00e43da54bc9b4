package test

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/http1/http1net"
)

// staticModes are the ways in which Sluice serves a folder: each answers the same.
var staticModes = []struct {
	name  string
	start func(t *testing.T, root string) served
}{
	{"sluice serve", serveFolder},
	{"in a Go program", embedFolder},
}

// served is a server of files.
type served struct {
	port string
	pid  int
}

// serveFolder is `sluice serve root`.
func serveFolder(t *testing.T, root string) served {
	return startServe(t, root, "serve", root, "--set", "port=0", "--set", "host=127.0.0.1", "--set", "access_log=false")
}

var servingOn = regexp.MustCompile(`serving on http://127\.0\.0\.1:(\d+)`)

// startServe starts the command in a folder, and ends it with the test.
func startServe(t *testing.T, dir string, args ...string) served {
	t.Helper()
	cmd := exec.Command(sluicePath(t), args...)
	cmd.Dir = filepath.Dir(dir)
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := servingOn.FindStringSubmatch(lines.Text()); found != nil {
			go func() {
				for lines.Scan() {
				}
			}()
			return served{found[1], cmd.Process.Pid}
		}
	}
	t.Fatal("the server did not say where it serves")
	return served{}
}

// embedFolder is the edge in front of nothing, in this process.
func embedFolder(t *testing.T, root string) served {
	t.Helper()
	settings, err := config.Parse(filepath.Join(root, "..", "sluice.toml"), []byte("static = \"public\"\naccess_log = false\n"), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := edge.New(settings.Config, edge.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http1net.Server{Handler: engine.Handler(nil)}
	go server.Serve(l)
	t.Cleanup(func() {
		server.Shutdown(context.Background())
		engine.Close()
	})
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return served{port, os.Getpid()}
}
