package test

import (
	"bufio"
	"fmt"
	"slices"
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

// TestEdgeTimeoutsInOrder: a request that is late does not take those with it that wait
// behind it and are answered already.
func TestEdgeTimeoutsInOrder(t *testing.T) {
	p := startEdge(t, "app = \"app.js\"\nstatic = \"public\"\ntimeout = \"300ms\"\n[[route]]\npath = \"/fixed\"\nrespond = \"fixed\"", edgeApp)
	got, c := exchangeAll(t, p.port, request("/held")+request("/fixed")+request("/a.txt")+request("/held")+request("/fixed"), "GET", "GET", "GET", "GET", "GET")
	if want := []string{"504 504 Gateway Timeout\n", "200 fixed", "200 0123456789", "504 504 Gateway Timeout\n", "200 fixed"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	fmt.Fprint(c, request("/fixed")) // the connection lives on
	if text := body(t, bufio.NewReader(c)); text != "fixed" {
		t.Errorf("%q", text)
	}
}

// TestRedirectIsCounted: requests that a listener sends to https have a route of their own
// in the metrics and the log; those that a trusted proxy vouches for have that of their path.
func TestRedirectIsCounted(t *testing.T) {
	s := &administered{pool: &pool{t: t}, dir: t.TempDir()}
	s.write("sluice.toml", "trusted_proxies = [\"127.0.0.1\"]\n[[listen]]\nhost = \"127.0.0.1\"\nport = 0\nredirect_to_https = 8443\n[[route]]\npath = \"/fixed\"\nrespond = \"fixed\"\n")
	s.start(s)
	s.waits(`serving on (http://[^, ]+), which sends everybody to https`, &s.url)
	edgetest.Run(t, s.url, edgetest.Case{Steps: []edgetest.Step{
		{Request: "GET /fixed?a=1", Fields: []string{"Host: a.example:8080"}, Status: 308, Want: []string{"Location: https://a.example:8443/fixed?a=1", "Strict-Transport-Security:"}},
		{Request: "POST /other|x", Fields: []string{"Host: a.example"}, Status: 308, Want: []string{"Location: https://a.example:8443/other"}},
		{Request: "GET /fixed", Fields: []string{"X-Forwarded-Proto: https"}, Status: 200, Want: []string{"fixed", "Strict-Transport-Security: max-age=31536000"}},
		{Request: "GET /fixed", Fields: []string{"Forwarded: proto=https"}, Status: 200, Want: []string{"fixed"}},
	}})
	for _, line := range []string{
		`sluice_requests_total{method="GET",route="https",status="3xx"} 1`,
		`sluice_requests_total{method="POST",route="https",status="3xx"} 1`,
		`sluice_requests_total{method="GET",route="/fixed",status="2xx"} 2`,
		`sluice_request_duration_seconds_count{route="https"} 2`,
		`sluice_responses_total{status="308"} 2`,
	} {
		s.becomes(s.admin+"/metrics", line+"\n")
	}
	s.waitLog(`"target":"/other","route":"https","status":308`)
}
