package test

import (
	"testing"

	"github.com/sluice-http/sluice/internal/edgetest"
)

// What a user of the edge meets, beside the tables.

// TestEdgeLosesAWorker: a request whose worker ends before it answers gets the edge's
// answer, through the layers of its route, and a line of the log that says what it got.
func TestEdgeLosesAWorker(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\n[error_pages]\n5xx = \"404.html\"", `
require('node:http').createServer((req, res) => {
  if (req.url === '/throw') throw new Error('thrown on purpose');
  if (req.url === '/exit') setTimeout(() => process.exit(3), 10);
  else if (req.url === '/begun') { res.write('begun'); setTimeout(() => process.exit(3), 10); }
  else res.end('fine');
}).listen(3000);
`)
	for _, path := range []string{"/throw", "/exit"} {
		edgetest.Run(t, p.url(), edgetest.Case{Steps: []edgetest.Step{
			{Request: "GET " + path, Status: 503, Want: []string{"<h1>lost</h1>", "Content-Type: text/html; charset=utf-8", "Retry-After: 1", "X-Content-Type-Options: nosniff", "X-Request-Id: !"}},
		}})
		p.waitLog(`"target":"` + path + `","route":"/\*","status":503,"bytes":13,"duration_ms":[^,]*,"worker":1`)
	}
	if got := talk(t, p.port, request("/begun")); got == "" || got[len(got)-5:] == "0\r\n\r\n" {
		t.Errorf("an answer that was cut looks complete: %q", got)
	}
	p.waitLog(`"target":"/begun","route":"/\*","status":200,"bytes":5,"duration_ms":[^,]*,"aborted":true`)
}
