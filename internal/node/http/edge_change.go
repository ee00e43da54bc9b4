package http

import (
	"fmt"
	"slices"

	"github.com/sluice-http/sluice/config"
	nodenet "github.com/sluice-http/sluice/internal/node/net"
)

// joined is a listener of the edge that the environment is a member of.
type joined struct {
	listen config.Listen
	net    *nodenet.Server
	srv    *server
}

// ChangeEdge gives the environment another edge: listeners that it does not have any more
// are left, new ones joined, and timeouts and limits hold for connections that are open
// too. The first listener belongs to the application's server: where there is one it must
// stay the first. It runs on the loop's thread, or a stand-in's, and returns what did not
// work.
func (h *HTTP) ChangeEdge(e *Edge) (all []error) {
	site := h.edge
	if site == nil {
		return nil
	}
	site.Edge = e
	if !site.joined {
		return nil // its application has not listened yet
	}
	var before, now []joined
	before, site.open = site.open, nil
	for i := range e.Listeners {
		l := &e.Listeners[i]
		at := slices.IndexFunc(before, func(j joined) bool { return j.listen.SameAddress(l.Listen) })
		if at >= 0 {
			j := before[at]
			before = slices.Delete(before, at, at+1)
			j.listen, j.srv.edge = l.Listen, l
			j.srv.cfg = site.serverConfig()
			now = append(now, j)
			continue
		}
		if _, err := site.listen(l); err != nil {
			all = append(all, fmt.Errorf("the new listener on %s: %w", where(l.Listen), err))
			continue
		}
		added := site.open[len(site.open)-1]
		added.net.SetRef(false)
		now = append(now, added)
	}
	site.open = now
	if len(now) > 0 && site.app == 0 {
		now[0].net.SetRef(true) // it keeps the loop alive
		now[0].net.Closed = site.leave
	}
	for _, j := range before {
		j.net.Closed = nil
		delete(h.servers, j.net.ID())
		j.net.Close()
	}
	return all
}

func where(l config.Listen) string {
	if l.Socket != "" {
		return string(l.Socket)
	}
	return fmt.Sprintf("%s:%d", l.Host, l.Port)
}

// leave leaves all listeners but the first, which was closed.
func (e *edgeSite) leave() {
	all := e.open
	e.open = nil
	for _, j := range all[min(1, len(all)):] {
		j.net.Close()
	}
}
