package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/sluice-http/sluice/admin"
	"github.com/sluice-http/sluice/config"
	nodenet "github.com/sluice-http/sluice/internal/node/net"
	nodetls "github.com/sluice-http/sluice/internal/node/tls"
)

// secure is what makes connections of listeners with tls secure, as a configuration says.
func (s *server) secure(c *config.Config) func(c *nodenet.Conn, accepted func(c *nodenet.Conn)) {
	return s.handshaker(c).Secure
}

// handshaker is who makes the handshakes of listeners with tls.
func (s *server) handshaker(c *config.Config) *nodetls.Native {
	n := &nodetls.Native{Config: s.live.TLSConfig(), Timeout: time.Duration(c.Timeouts.Handshake), Handshakes: &s.handshakes}
	n.Failed = func(c *nodenet.Conn, err error) {
		if !s.logger.Enabled(context.Background(), slog.LevelDebug) {
			return
		}
		client := ""
		if a, err := c.Peer(); err == nil {
			client = a.IP.Unmap().String()
		}
		s.logger.Debug("a TLS handshake failed", "client", client, "error", nodetls.FailureText(err))
	}
	return n
}

// counted are the handshakes of all listeners until now, those of earlier configurations
// too.
func (s *server) counted() admin.Handshakes {
	h := admin.Handshakes{Full: s.handshakes.Full.Load(), Resumed: s.handshakes.Resumed.Load(), Failed: map[string]uint64{}}
	for i, kind := range nodetls.FailureKinds {
		h.Failed[kind] = s.handshakes.Failed[i].Load()
	}
	return h
}
