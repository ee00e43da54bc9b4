package test

import (
	"encoding/json"
	"testing"
)

// TestAgentUnderFire sends 10,000 requests through one agent to a server that closes connections at random moments:
// each gets exactly one answer or one error, no connection is left over, and nothing waits for ever.
func TestAgentUnderFire(t *testing.T) {
	for name, server := range map[string]string{"Node.js' server": nodePath(t), "Sluice's server": sluicePath(t)} {
		t.Run(name, func(t *testing.T) {
			base, stop := serve(t, nil, server, "testdata/random-closer.js")
			defer stop()
			o := runClient(t, []string{"BASE=" + base}, sluicePath(t), "testdata/ten-thousand.js")
			if o.code != "0" || o.timedOut {
				t.Fatalf("exit code %s, timed out %v\n%s%s", o.code, o.timedOut, o.stdout, o.stderr)
			}
			var got struct {
				Answers, Errors, Closes, MostSockets, Sum, Left, Waiting, Unaccounted int
				Once                                                                  bool
				Codes                                                                 map[string]int
			}
			if err := json.Unmarshal([]byte(o.stdout), &got); err != nil {
				t.Fatalf("%v: %q", err, o.stdout)
			}
			t.Log(o.stdout)
			if got.Sum != 10_000 || got.Closes != 10_000 || !got.Once {
				t.Error("not every request has exactly one outcome")
			}
			if got.Answers < 5_000 || got.Errors < 1_000 {
				t.Error("the server does not do what this test is about")
			}
			if got.MostSockets > 10 || got.MostSockets < 5 {
				t.Errorf("%d connections at once", got.MostSockets)
			}
			if got.Left != 0 || got.Waiting != 0 || got.Unaccounted != 0 {
				t.Error("something is left over")
			}
			for code := range got.Codes {
				if code != "ECONNRESET" && code != "EPIPE" {
					t.Errorf("an error with the code %q", code)
				}
			}
		})
	}
}
