package http1bench

import (
	"bufio"
	"io"
	"net/http"
	"testing"

	"github.com/sluice-http/sluice/http1"
	"github.com/valyala/fasthttp"
)

// BenchmarkParse runs every parser on every workload. The names are benchstat's
// keys: benchstat -col /parser.
func BenchmarkParse(b *testing.B) {
	parsers := append([]parser{{"sluice", runSluice(0)}, {"sluice-spans", runSluice(http1.DetailHead)}, {"fasthttp", runFasthttp}, {"nethttp", runNetHTTP}}, llhttpParsers...)
	for i := range workloads {
		w := &workloads[i]
		for _, p := range parsers {
			b.Run("msg="+w.name+"/parser="+p.name, func(b *testing.B) {
				b.SetBytes(w.size())
				b.ReportAllocs()
				p.run(b, w)
			})
		}
	}
}

type parser struct {
	name string
	run  func(*testing.B, *workload)
}

// llhttpParsers is set when the benchmark was built with llhttp.
var llhttpParsers []parser

// bytes copies the reads of a workload to memory of their own.
func (w *workload) bytes() (list [][]byte) {
	for _, r := range w.reads {
		list = append(list, []byte(r))
	}
	return list
}

// runSluice measures our parser: with heads whole, or span by span.
func runSluice(detail http1.Detail) func(*testing.B, *workload) {
	return func(b *testing.B, w *workload) {
		p := new(http1.Pool).Parser(http1.RoleRequest, &http1.Options{Detail: detail})
		reads := w.bytes()
		for b.Loop() {
			messages := 0
			for _, in := range reads {
				n, err := feed(p, in)
				if err != nil {
					b.Fatal(err)
				}
				messages += n
			}
			if messages != w.messages {
				b.Fatal(messages)
			}
		}
	}
}

// feed parses one read and returns how many messages it completed.
func feed(p *http1.Parser, in []byte) (messages int, err error) {
	for {
		ev, n := p.Next(in)
		in = in[n:]
		switch ev {
		case http1.EventMore:
			return messages, nil
		case http1.EventComplete:
			messages++
		case http1.EventError:
			return messages, p.Err()
		}
	}
}

// source is the connection that the other Go parsers read from: each Read
// brings what one read of a socket would.
type source struct {
	reads [][]byte
	i     int
	rest  []byte
}

func (s *source) rewind() { s.i, s.rest = 0, nil }

func (s *source) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		if s.i == len(s.reads) {
			return 0, io.EOF
		}
		s.rest = s.reads[s.i]
		s.i++
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func runFasthttp(b *testing.B, w *workload) {
	src := &source{reads: w.bytes()}
	br := bufio.NewReaderSize(src, 4096)
	var req fasthttp.Request
	for b.Loop() {
		src.rewind()
		br.Reset(src)
		for range w.messages {
			if err := req.Header.Read(br); err != nil {
				b.Fatal(err)
			}
			var err error
			if n := req.Header.ContentLength(); n > 0 {
				_, err = br.Discard(n)
			} else if n == -1 {
				err = req.ContinueReadBody(br, 0)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func runNetHTTP(b *testing.B, w *workload) {
	src := &source{reads: w.bytes()}
	br := bufio.NewReaderSize(src, 4096)
	for b.Loop() {
		src.rewind()
		br.Reset(src)
		for range w.messages {
			req, err := http.ReadRequest(br)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, req.Body); err != nil {
				b.Fatal(err)
			}
		}
	}
}
