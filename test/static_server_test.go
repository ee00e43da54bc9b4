package test

import (
	"context"
	"net"
	"path/filepath"
	"testing"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/http1/http1net"
)

// startStatic serves a folder as `sluice serve folder` does, and returns the port.
func startStatic(t *testing.T, root string) string {
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
	return port
}
