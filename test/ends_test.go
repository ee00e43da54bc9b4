package test

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestEnds runs the cases below ends/: each has a server and a client, and what both of them print must be the same
// whichever runtime runs the one and whichever the other.
func TestEnds(t *testing.T) {
	node, sluice := nodePath(t), sluicePath(t)
	files, err := filepath.Glob("ends/*.js")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	limit := make(chan struct{}, runtime.NumCPU())
	for _, transport := range append(transports, "unix") {
		for _, file := range files {
			if strings.HasPrefix(filepath.Base(file), "_") {
				continue
			}
			t.Run(transport+"/"+strings.TrimSuffix(filepath.Base(file), ".js"), func(t *testing.T) {
				t.Parallel()
				limit <- struct{}{}
				defer func() { <-limit }()
				env := append(transportEnv(t, transport), "TRANSPORT="+transport, "TMPDIR="+t.TempDir())
				run := func(server, client string) (outcome, string) {
					base, stop := serve(t, env, server, "ends/_harness.js", "server", file)
					o := runClient(t, append(env, "BASE="+base), client, "ends/_harness.js", "client", file)
					return o, stop()
				}
				oracle := func() (outcome, string) {
					want, wantServer := run(node, node)
					if want.timedOut || want.code != "0" || !strings.Contains(want.stdout, "# ") || !strings.Contains(wantServer, "# ") {
						t.Fatalf("Node.js with itself: exit code %s\n%s\n%s\n%s", want.code, want.stdout, want.stderr, wantServer)
					}
					if strings.Contains(want.stdout, "still waiting") {
						t.Fatalf("a case does not end under Node.js:\n%s", clip(want.stdout))
					}
					return want, wantServer
				}
				want, wantServer := oracle()
				for _, ends := range []struct{ name, server, client string }{
					{"Sluice's client, Node.js' server", node, sluice},
					{"Node.js' client, Sluice's server", sluice, node},
					{"Sluice with itself", sluice, sluice},
				} {
					got, gotServer := run(ends.server, ends.client)
					// The cases have short times in them, which a busy machine mixes up, of either: once more. What hangs or
					// crashes has no second chance.
					for again := 0; again < 2 && (got.stdout != want.stdout || gotServer != wantServer); again++ {
						if got.timedOut || got.code != want.code || strings.Contains(got.stdout, "still waiting") {
							break
						}
						want, wantServer = oracle()
						got, gotServer = run(ends.server, ends.client)
					}
					compare(t, ends.name+": what the client prints", want.stdout, got.stdout)
					compare(t, ends.name+": what the server prints", wantServer, gotServer)
					if got.code != want.code || got.timedOut {
						t.Errorf("%s: exit code %s, standard error:\n%s", ends.name, got.code, got.stderr)
					}
				}
			})
		}
	}
}
