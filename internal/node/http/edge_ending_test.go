package http

import (
	"strings"
	"testing"
)

// TestExchangesEndWithTheirEnvironment: an exchange that is under way when its worker
// ends is over too, or the engine that it began with would stay open for ever.
func TestExchangesEndWithTheirEnvironment(t *testing.T) {
	f := newFront(t, "access_log = {format = \"combined\"}")
	f.request([]byte("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"))
	if f.log.Len() != 0 {
		t.Fatalf("it is over already: %s", f.log.String())
	}
	if !f.env.Shed() {
		t.Fatal("the environment is held")
	}
	if log := f.log.String(); strings.Count(log, "GET /x") != 1 {
		t.Errorf("log %q", log)
	}
	if f.c.edge.first != nil {
		t.Error("the exchange is there still")
	}
}
