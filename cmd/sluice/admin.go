package main

import (
	"context"
	"log/slog"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-http/sluice/admin"
	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/internal/logs"
	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// startAdmin serves the admin listener; the function that it returns ends it.
func startAdmin(address string, o admin.Options, log *slog.Logger) (stop func(), err error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	o.Build = build()
	s := admin.New(o)
	go func() { _ = s.Serve(l) }()
	log.Info("the admin listener is on http://" + l.Addr().String())
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = s.Shutdown(ctx)
		_ = s.Close()
	}, nil
}

// adminAddress is what --admin means: an address, a port, or :port for loopback.
func adminAddress(text string) string {
	if _, err := strconv.ParseUint(text, 10, 16); err == nil {
		text = ":" + text
	}
	if strings.HasPrefix(text, ":") {
		text = "127.0.0.1" + text
	}
	return text
}

// adminOf is the admin listener's address in a configuration, and whether somebody has
// asked for it.
func adminOf(c *config.Loaded) (address string, asked bool) {
	for path := range c.Origins {
		asked = asked || path == "admin" || strings.HasPrefix(path, "admin.")
	}
	return net.JoinHostPort(c.Admin.Host, strconv.Itoa(c.Admin.Port)), asked
}

// build are the versions of the program.
func build() map[string]string {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && (version == "" || version == "(devel)") {
				version = s.Value[:min(12, len(s.Value))]
			}
		}
	}
	return map[string]string{"version": version, "go": runtime.Version(), "node": node.Version, "v8": v8.Version()}
}

// serverLog is the server's own log, on standard error or in a file.
type serverLog struct{ *logs.Log }

func openLog(c config.Log) (serverLog, error) {
	l, err := logs.Open(c, os.Stderr, terminal(os.Stderr))
	return serverLog{l}, err
}

func (l serverLog) reopen(c config.Log) error { return l.Reopen(c, os.Stderr, terminal(os.Stderr)) }
