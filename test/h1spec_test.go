package test

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestH1spec runs the cases of uNetworking/h1spec against a server that echoes:
// each request must be answered with a status of the ranges that the case names,
// and those that are not complete must be waited for. The cases are not part of
// this repository: SLUICE_HTTP_COLLECTIONS names a folder with a checkout h1spec.
func TestH1spec(t *testing.T) {
	dir := os.Getenv("SLUICE_HTTP_COLLECTIONS")
	if dir == "" {
		t.Skip("SLUICE_HTTP_COLLECTIONS is not set")
	}
	text, err := os.ReadFile(filepath.Join(dir, "h1spec/http_test.ts"))
	if err != nil {
		t.Fatal(err)
	}
	cases := h1specCases(string(text))
	if n := strings.Count(string(text), "        request: "); n == 0 || n != len(cases) {
		t.Fatalf("%d cases of %d were understood", len(cases), n)
	}
	addr := startServer(t, sluicePath(t), "testdata/echo.js")
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, addr)
		})
	}
	t.Log(len(cases), "cases")
}

type h1specCase struct {
	name, request, body string
	ranges              [][2]int
	waits               bool
}

var (
	h1specCaseText = regexp.MustCompile(`(?s)\{\s*request: "((?:[^"\\]|\\.)*)",\s*description: "([^"]*)",(.*?)\n    \}`)
	h1specRange    = regexp.MustCompile(`\[(-?\d+), (-?\d+)\]`)
	h1specBody     = regexp.MustCompile(`expectedBody: "([^"]*)"`)
)

func h1specCases(text string) []h1specCase {
	var list []h1specCase
	for _, m := range h1specCaseText.FindAllStringSubmatch(text, -1) {
		request, err := strconv.Unquote(`"` + m[1] + `"`)
		if err != nil {
			continue
		}
		c := h1specCase{name: m[2], request: request, waits: strings.Contains(m[3], "expectedTimeout: true")}
		for _, r := range h1specRange.FindAllStringSubmatch(m[3], -1) {
			from, _ := strconv.Atoi(r[1])
			to, _ := strconv.Atoi(r[2])
			c.ranges = append(c.ranges, [2]int{from, to})
		}
		if b := h1specBody.FindStringSubmatch(m[3]); b != nil {
			c.body = b[1]
		}
		list = append(list, c)
	}
	return list
}

func (c *h1specCase) run(t *testing.T, addr string) {
	conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(c.request)); err != nil {
		t.Fatal(err)
	}
	wait := 5 * time.Second
	if c.waits {
		wait = 500 * time.Millisecond
	}
	_ = conn.SetReadDeadline(time.Now().Add(wait))
	buf := make([]byte, 64<<10)
	n, err := conn.Read(buf)
	if c.waits {
		if n != 0 || !os.IsTimeout(err) {
			t.Errorf("did not wait: %q, %v", buf[:n], err)
		}
		return
	}
	head, body, _ := strings.Cut(string(buf[:n]), "\r\n\r\n")
	status := 0
	if strings.HasPrefix(head, "HTTP/1.1 ") {
		status, _ = strconv.Atoi(head[9:12])
	}
	for _, r := range c.ranges {
		if status >= r[0] && status <= r[1] && (status != 200 || c.body == "" || body == c.body) {
			return
		}
	}
	t.Errorf("answered %q, want a status in %v, body %q", buf[:n], c.ranges, c.body)
}
