// Package http1bench measures the parser of package http1 beside those of
// fasthttp, net/http and llhttp, in one run. See docs/http1.md for the figures
// and `make bench-http1` for how to get them.
package http1bench

import "strings"

// workload is what a parser is fed: the reads of a connection, in order.
type workload struct {
	name     string
	reads    []string
	messages int
}

const (
	small = "GET / HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n\r\n"

	browser = "GET /articles/2024/05/17/a-title.html?utm_source=feed HTTP/1.1\r\n" +
		"Host: www.example.org\r\n" +
		"Connection: keep-alive\r\n" +
		"Cache-Control: max-age=0\r\n" +
		"sec-ch-ua-platform: \"Linux\"\r\n" +
		"Upgrade-Insecure-Requests: 1\r\n" +
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36\r\n" +
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n" +
		"Sec-Fetch-Mode: navigate\r\n" +
		"Referer: https://www.example.org/articles/\r\n" +
		"Accept-Encoding: gzip, deflate, br, zstd\r\n" +
		"Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n" +
		"Cookie: session=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08; theme=dark\r\n\r\n"

	// custom has field names that no parser can know.
	custom = "GET /v1/items/9f86d081/parts HTTP/1.1\r\n" +
		"Host: api.example.org\r\n" +
		"X-Tenant-Number: 4711\r\n" +
		"X-Shard-Key: eu-central-7\r\n" +
		"X-Trace-Parent-Span: 00f067aa0ba902b7\r\n" +
		"X-Feature-Flags: a=1,b=0,c=1\r\n" +
		"Accept: application/json\r\n\r\n"
)

var workloads = []workload{
	{"small", []string{small}, 1},
	{"browser", []string{browser}, 1},
	{"custom", []string{custom}, 1},
	{"post1k", []string{"POST /api HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1024\r\n\r\n" +
		strings.Repeat("x", 1024)}, 1},
	{"chunked", []string{"POST /api HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" +
		strings.Repeat("100\r\n"+strings.Repeat("y", 256)+"\r\n", 8) + "0\r\n\r\n"}, 1},
	{"pipelined16", []string{strings.Repeat(small, 16)}, 16},
	{"split2", []string{browser[:300], browser[300:]}, 1},
	{"split64", pieces(browser, 64), 1},
	{"upload1m", append([]string{"POST /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048576\r\n\r\n"},
		pieces(strings.Repeat("z", 1<<20), 64<<10)...), 1},
}

func pieces(s string, n int) (list []string) {
	for ; len(s) > n; s = s[n:] {
		list = append(list, s[:n])
	}
	return append(list, s)
}

func (w *workload) size() (n int64) {
	for _, r := range w.reads {
		n += int64(len(r))
	}
	return n
}
