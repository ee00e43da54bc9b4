package test

import (
	"strings"
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

// TestEdgeTargetsHaveRoutes: no way to write a target leads past the route of its path.
func TestEdgeTargetsHaveRoutes(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\n[[route]]\npath = \"/admin/*\"\napp = true\naccess.deny = [\"0.0.0.0/0\"]\n[[route]]\npath = \"/static/*\"\nstatic = \"public\"", edgeApp)
	for target, want := range map[string]string{
		"/admin/x":                  "403",
		"http://x/admin/x":          "403",
		"http://x/admin/?y":         "403",
		"HTTPS://x/admin/x":         "403",
		"ftp://x/admin/x":           "403",
		"http://x/other/../admin/x": "403",
		"/admin/%zz":                "403",
		"/admin/100%":               "403",
		"/admin/%00":                "403",
		"/adm%69n/%":                "403",
		"//admin/x":                 "403",
		"/%zz/../admin/x":           "403",
		"http://x":                  "200 app http://x",
		"http://x?y":                "200 app http://x?y",
		"http://x/other":            "200 app http://x/other",
		"/100%":                     "200 app /100%",
		"http://x/static/a.txt":     "200 0123456789",
		"/static/%zz":               "400",
		"/static/a.txt%00":          "400",
	} {
		got, _ := exchangeAll(t, p.port, request(target), "GET")
		if !strings.HasPrefix(got[0], want) {
			t.Errorf("%s: %q, want %s", target, got[0], want)
		}
	}
}
