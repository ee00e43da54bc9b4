package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge"
	nodenet "github.com/sluice-http/sluice/internal/node/net"
	nodetls "github.com/sluice-http/sluice/internal/node/tls"
)

// secure is what makes connections of listeners with tls secure.
func secure(live *edge.Live, c *config.Config, log *slog.Logger) func(c *nodenet.Conn, accepted func(c *nodenet.Conn)) {
	return handshakes(live, c, log).Secure
}

// handshakes is who makes the handshakes of listeners with tls.
func handshakes(live *edge.Live, c *config.Config, log *slog.Logger) *nodetls.Native {
	n := &nodetls.Native{Config: live.TLSConfig(), Timeout: time.Duration(c.Timeouts.Handshake)}
	n.Failed = func(c *nodenet.Conn, err error) {
		if !log.Enabled(context.Background(), slog.LevelDebug) {
			return
		}
		client := ""
		if a, err := c.Peer(); err == nil {
			client = a.IP.Unmap().String()
		}
		log.Debug("a TLS handshake failed", "client", client, "error", nodetls.FailureText(err))
	}
	return n
}
