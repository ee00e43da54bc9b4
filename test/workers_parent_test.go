package test

import (
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestSupervise: what ends the process is outlived by the listening socket. Clients
// that come while there is no process wait.
func TestSupervise(t *testing.T) {
	p := startPool(t, "--supervise", "-w", "2")
	for _, path := range []string{"/huge", "/abort"} {
		before := p.mustGet("/pid")
		began := time.Now()
		if status, text, err := p.get(path); err == nil {
			t.Errorf("%s: %d %q", path, status, text)
		}
		ended := time.Now()
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if status, after, err := p.get("/pid"); err != nil || status != 200 || after == before {
					t.Errorf("after %s: %d %q %v", path, status, after, err)
				}
			})
		}
		all.Wait()
		t.Logf("%s: ended after %v, served again after %v", path, ended.Sub(began), time.Since(ended))
	}
	p.waitLog(`(?s)(clients wait.*){2}`)
	if n := strings.Count(p.text(), "clients wait"); n != 2 {
		t.Errorf("the log tells of %d ends", n)
	}
	p.signal(syscall.SIGTERM)
	if code := p.wait(); code != 0 || !strings.Contains(p.text(), "nothing was cut off") {
		t.Errorf("exit code %d", code)
	}
}

// TestSuperviseExitCodes: an application that does not come to serve ends with its own code.
func TestSuperviseExitCodes(t *testing.T) {
	for code, script := range map[int]string{0: "1", 1: "nothing()", 5: "process.exit(5)"} {
		out, got := runScript(t, "--supervise", "-e", script)
		if got != code || (code != 1 && out != "") {
			t.Errorf("%s: exit code %d, %s", script, got, out)
		}
	}
	// The variable that the child is told of its parent by is not the application's.
	if out, code := runScript(t, "--supervise", "-e", "console.log(Object.keys(process.env).filter((n) => n.startsWith('SLUICE_P')).length)"); code != 0 || out != "0\n" {
		t.Errorf("%d %s", code, out)
	}
}
