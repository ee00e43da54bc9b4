package http1

import (
	"fmt"
	"math/rand"
	"strings"
)

// A generator of messages: valid ones of every kind that the grammar has, as
// different peers write them. What is wrong is put in by mutate.

func pick[T any](r *rand.Rand, list ...T) T { return list[r.Intn(len(list))] }

// often is true in n of 10 cases.
func often(r *rand.Rand, n int) bool { return r.Intn(10) < n }

// corpus is where the fuzz targets begin: the seeds, and some messages of the
// generator.
func corpus(add func(role Role, msg string)) {
	r := rand.New(rand.NewSource(11))
	for _, role := range []Role{RoleRequest, RoleResponse} {
		for _, s := range seeds[role] {
			add(role, s)
		}
		for range 40 {
			add(role, generate(r, role))
			add(role, mutate(r, generate(r, role)))
		}
	}
}

// generate makes one to four messages behind each other; the last may be one
// behind which there is no HTTP.
func generate(r *rand.Rand, role Role) string {
	var sb strings.Builder
	for range 1 + r.Intn(3)*r.Intn(2) {
		if role == RoleRequest {
			generateRequest(r, &sb)
		} else {
			generateResponse(r, &sb)
		}
		if often(r, 1) {
			sb.WriteString(pick(r, "\r\n", "\r\n\r\n", "GET", "junk"))
		}
	}
	return sb.String()
}

func generateRequest(r *rand.Rand, sb *strings.Builder) {
	method := pick(r, "GET", "GET", "POST", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "QUERY",
		"PROPFIND", "MKCOL", "M-SEARCH", "PURGE", "UNLOCK", "SEARCH")
	host := pick(r, "a", "a.example", "a.example:8080", "[::1]", "[::1]:80", "10.0.0.1", "A.Example")
	target := pick(r, "/", "/a/b?c=d", "/?", "/%20;x=y", "/#f", "//a", "/a/"+strings.Repeat("long/", r.Intn(30)))
	switch {
	case method == "CONNECT":
		target = pick(r, "a.example:443", "[::1]:443")
		host = target
	case method == "OPTIONS" && often(r, 3):
		target = "*"
	case often(r, 1):
		target = "http://" + host + target
	}
	version := pick(r, "1.1", "1.1", "1.1", "1.1", "1.0")
	fmt.Fprintf(sb, "%s %s HTTP/%s\r\n", method, target, version)
	fields := []string{}
	if version == "1.1" || often(r, 5) {
		fields = append(fields, "Host: "+host)
	}
	body := generateFraming(r, &fields, version == "1.1" && method != "CONNECT", often(r, 4))
	if often(r, 1) {
		fields = append(fields, "Expect: "+pick(r, "100-continue", "100-Continue", "other"))
	}
	writeHead(r, sb, fields)
	sb.WriteString(body)
}

func generateResponse(r *rand.Rand, sb *strings.Builder) {
	status := pick(r, "200", "200", "201", "204", "304", "404", "500", "100", "101", "103", "199", "206", "301", "999", "407")
	version := pick(r, "1.1", "1.1", "1.1", "1.0")
	fmt.Fprintf(sb, "HTTP/%s %s%s\r\n", version, status, pick(r, " OK", " Not Found", " ", "", " \xe4\xf6\t!", " 200"))
	fields := []string{}
	bodiless := status[0] == '1' || status == "204" || status == "304"
	body := generateFraming(r, &fields, true, !bodiless && often(r, 8) || often(r, 1))
	if bodiless {
		body = ""
	}
	writeHead(r, sb, fields)
	sb.WriteString(body)
}

// generateFraming adds the fields that say where the message ends and what
// follows it, and returns the body.
func generateFraming(r *rand.Rand, fields *[]string, chunks, withBody bool) string {
	if often(r, 3) {
		*fields = append(*fields, pick(r, "Connection", "connection", "Proxy-Connection")+": "+
			pick(r, "close", "keep-alive", "Keep-Alive", "upgrade", "close, foo", "foo, keep-alive", "keep-alive, Upgrade", "", "closed", "x , close"))
	}
	if often(r, 1) {
		*fields = append(*fields, "Upgrade: "+pick(r, "websocket", "h2c", "x/1, y"))
	}
	if !withBody {
		if often(r, 2) {
			*fields = append(*fields, "Content-Length: "+pick(r, "0", "00"))
		}
		return ""
	}
	if !chunks || often(r, 5) {
		n := pick(r, 1, 2, 10, 100)
		*fields = append(*fields, pick(r, "Content-Length: ", "content-length:", "CONTENT-LENGTH:  ", "Content-Length:\t")+pick(r, "", "", "0")+fmt.Sprint(n))
		return strings.Repeat("b", n)
	}
	*fields = append(*fields, pick(r, "Transfer-Encoding: ", "transfer-encoding:", "Transfer-Encoding:   ")+pick(r, "chunked", "Chunked", "CHUNKED"))
	return generateChunks(r, fields)
}

func generateChunks(r *rand.Rand, fields *[]string) string {
	var sb strings.Builder
	for range r.Intn(4) {
		n := pick(r, 1, 2, 9, 10, 15, 16, 17, 100, 255)
		fmt.Fprintf(&sb, pick(r, "%x", "%X", "0%x", "000%x")+"%s\r\n%s\r\n", n, generateExtensions(r), strings.Repeat(pick(r, "c", "\r", "\n", "0", "\x00"), n))
	}
	sb.WriteString(pick(r, "0", "0", "00", "000") + generateExtensions(r) + "\r\n")
	if often(r, 2) {
		*fields = append(*fields, "Trailer: X-T")
		for range 1 + r.Intn(3) {
			sb.WriteString(generateField(r) + "\r\n")
		}
	}
	sb.WriteString("\r\n")
	return sb.String()
}

func generateExtensions(r *rand.Rand) string {
	s := ""
	for often(r, 2) {
		s += ";" + pick(r, "a", "name", "n-1", "!#$") + pick(r, "", "=v", "=token", `="quoted"`, `="with \"quotes\""`, `="semi;colon"`, `=""`)
	}
	return s
}

func generateField(r *rand.Rand) string {
	name := pick(r, "Accept", "user-agent", "X-A", "x", "Cookie", "If-None-Match", "Content-Type", "__proto__", "Cache-Control",
		"Content-Lengthy", "Transfer-Encodin", "X-"+strings.Repeat("y", r.Intn(40)), "!#$%&'*+-.^_`|~", "DATE", "Keep-Alive", "Via", "TE")
	value := pick(r, "", "v", "a b", "text/html, */*;q=0.8", "\xe4\xff\x80", "a\tb", "Sun, 06 Nov 1994 08:49:37 GMT", `"etag"`, "close", "chunked",
		strings.Repeat("z", r.Intn(200)))
	return name + ":" + pick(r, " ", " ", " ", "", "  ", "\t", " \t ") + value + pick(r, "", "", "", " ", "\t", " \t")
}

// writeHead writes fields with others among them, and the empty line.
func writeHead(r *rand.Rand, sb *strings.Builder, fields []string) {
	for range r.Intn(6) {
		fields = append(fields, generateField(r))
	}
	r.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	for _, f := range fields {
		sb.WriteString(f + "\r\n")
	}
	sb.WriteString("\r\n")
}
