package test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestConformanceRules runs the rules for responses of cispa/http-conformance
// against a server: testdata/conformance.py says how. They are not part of this
// repository: SLUICE_HTTP_COLLECTIONS names a folder with a checkout
// http-conformance. A rule that is broken must be in brokenRules, and one that is
// there must be broken.
func TestConformanceRules(t *testing.T) {
	dir := filepath.Join(os.Getenv("SLUICE_HTTP_COLLECTIONS"), "http-conformance")
	if os.Getenv("SLUICE_HTTP_COLLECTIONS") == "" {
		t.Skip("SLUICE_HTTP_COLLECTIONS is not set")
	}
	host, port, err := net.SplitHostPort(startServer(t, sluicePath(t), "testdata/conformance-server.js"))
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"testdata/conformance.py", dir, host, port},
		strings.Fields("/ /chunked /etag /204 /205 /301 /404 /405 /trailers /early")...)
	cmd := exec.Command("python3", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	broken, run, verdicts := map[string]bool{}, map[string]bool{}, map[string]int{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		var v [4]string // rule, exchange, verdict, details
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		verdicts[v[2]]++
		if v[2] != "NOT RUN" {
			run[v[0]] = true
		}
		if v[2] == "INVALID" || v[2] == "FAILED" {
			broken[v[0]] = true
			if brokenRules[v[0]] == "" {
				t.Errorf("%s, %s: %s %s", v[0], v[1], v[2], v[3])
			}
		}
	}
	for name := range brokenRules {
		if !broken[name] {
			t.Errorf("%s is not broken", name)
		}
	}
	if len(run) < 90 {
		t.Errorf("only %d rules were run", len(run))
	}
	t.Log(len(run), "rules, verdicts:", verdicts)
}

// brokenRules are the rules that are broken, and why.
var brokenRules = map[string]string{
	"code_501_unknown_methods":                 "a method that Node's parser does not know is a syntax error, 400",
	"code_405_blocked_methods":                 "a CONNECT whose target is a path has no valid target, 400 (RFC 9112 section 3.2.3)",
	"redirect_after_upgrade_insecure_requests": "the rule gives no verdict about a server without TLS",
}
