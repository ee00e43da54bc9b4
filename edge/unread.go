package edge

import (
	"errors"
	"net/http"
	"net/netip"
	"time"

	"github.com/sluice-http/sluice/http1"
	"github.com/sluice-http/sluice/http1/http1net"
)

// Requests whose heads could not be read: no layer has seen them, and none does. The
// access log has a line for each all the same.

// Unread logs a request whose head could not be read. Of x the peer, the time, the worker
// and what is wrong are known.
func (l *Live) Unread(x *Exchange, s Sent) {
	e := l.enter(x.Worker)
	defer e.leave(x.Worker, 1)
	e.unread(x, s)
}

func (e *Engine) unread(x *Exchange, s Sent) {
	x.engine, x.Client, x.Route = e, x.Peer, e.none
	for _, layer := range e.none.layers {
		if log, ok := layer.Layer.(*accessLog); ok {
			log.Done(x, s)
		}
	}
}

// OnError is for Server.OnError of the server that Handler stands in: it logs the requests
// that do not come to the handler because their heads cannot be read. Everything goes on
// to next; nil is what the server does without an OnError.
func (e *Engine) OnError(next func(*http1net.ServerError)) func(*http1net.ServerError) {
	return onError(e.unread, next)
}

// OnError is Engine.OnError, with whatever engine is the present one.
func (l *Live) OnError(next func(*http1net.ServerError)) func(*http1net.ServerError) {
	return onError(l.Unread, next)
}

func onError(unread func(x *Exchange, s Sent), next func(*http1net.ServerError)) func(*http1net.ServerError) {
	if next == nil {
		next = http1net.LogError
	}
	return func(err *http1net.ServerError) {
		if why, status := headless(err); status != 0 {
			x := &Exchange{Start: time.Now(), Broken: why}
			if a, err := netip.ParseAddrPort(err.Remote.String()); err == nil {
				x.Peer = a.Addr().Unmap().WithZone("")
			}
			unread(x, Sent{Status: status})
		}
		next(err)
	}
}

// headless is what was wrong with a request without a head that can be read, and with what
// status it was answered; 0: it is something else.
func headless(err *http1net.ServerError) (why string, status int) {
	if err.Request != nil || err.Remote == nil {
		return "", 0
	}
	var broken *http1.Error
	switch {
	case err.Op == "parse" && errors.As(err.Err, &broken):
		return broken.Reason, broken.Status
	case err.Op == "timeout" && errors.Is(err.Err, http1net.ErrTimeout):
		return "it came too slowly", http.StatusRequestTimeout
	}
	return "", 0
}
