package http1net

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// scripted is a handler whose query says what it does, a letter for each step.
func scripted(t *testing.T) HandlerFunc {
	return func(w *ResponseWriter, r *Request) {
		q, _ := url.ParseQuery(r.Query())
		id := q.Get("id")
		w.Header().Set("X-Id", id)
		var got int64
		for _, step := range q.Get("do") {
			switch step {
			case 'r': // read all of the body
				n, err := io.Copy(io.Discard, r.Body)
				if got += n; err != nil {
					return
				}
			case 'p': // read a part of it
				n, _ := io.CopyN(io.Discard, r.Body, 100)
				got += n
			case 's': // be slow
				time.Sleep(3 * takeoverTime)
			case 'f':
				w.Flush()
			case 'w':
				w.WriteString(strings.Repeat("x", 1000))
			case 'l':
				w.Write([]byte(strings.Repeat("y", 30000)))
			case 'g': // read in another goroutine
				var err error
				done := make(chan int64)
				go func() {
					var n int64
					n, err = io.Copy(io.Discard, r.Body)
					done <- n
				}()
				if got += <-done; err != nil {
					return
				}
			case 'c':
				r.Context().Err()
			case 'i':
				w.Inform(103, Header{{"X-Id", id}})
			}
		}
		if strings.ContainsAny(q.Get("do"), "rg") && fmt.Sprint(got) != q.Get("n") {
			t.Errorf("%s: read %d bytes", r.Target, got)
		}
	}
}

// TestRandomConversations: connections that pipeline random requests, whose
// handlers do random things, sent in random pieces; some end in the midst.
// What arrives is in order and whole, and nothing is left behind.
// HTTP1NET_SEED repeats a run.
func TestRandomConversations(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("HTTP1NET_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	t.Logf("HTTP1NET_SEED=%d", seed)
	each(t, func(t *testing.T, mode string) {
		noLeaks(t)
		ts := serve(t, mode, &Server{Handler: scripted(t), MaxPipelined: 4, HighWater: 10000})
		var wg sync.WaitGroup
		for i := range 40 {
			rnd := rand.New(rand.NewPCG(seed, uint64(i)))
			nc := ts.dial(t)
			wg.Go(func() {
				defer nc.Close()
				converse(t, nc, rnd)
			})
		}
		wg.Wait()
	})
}

func converse(t *testing.T, nc io.ReadWriter, rnd *rand.Rand) {
	var send strings.Builder
	var dos []string
	n := 1 + rnd.IntN(12)
	for id := range n {
		do := ""
		for range rnd.IntN(6) {
			do += string("rpsfwlgci"[rnd.IntN(9)])
		}
		dos = append(dos, do)
		body := ""
		if rnd.IntN(2) == 0 {
			body = strings.Repeat("b", rnd.IntN(3)*rnd.IntN(20000))
		}
		fmt.Fprintf(&send, "POST /?id=%d&do=%s&n=%d HTTP/1.1\r\nHost: x\r\n", id, do, len(body))
		if id == n-1 {
			send.WriteString("Connection: close\r\n")
		}
		if rnd.IntN(2) == 0 {
			fmt.Fprintf(&send, "Content-Length: %d\r\n\r\n%s", len(body), body)
		} else {
			send.WriteString("Transfer-Encoding: chunked\r\n\r\n")
			for k := 1 + rnd.IntN(5000); len(body) > k; body = body[k:] {
				fmt.Fprintf(&send, "%x\r\n%s\r\n", k, body[:k])
			}
			if body != "" {
				fmt.Fprintf(&send, "%x\r\n%s\r\n", len(body), body)
			}
			send.WriteString("0\r\n\r\n")
		}
	}
	text := send.String()
	vanishes := rnd.IntN(4) == 0
	if vanishes {
		text = text[:rnd.IntN(len(text))]
	}
	pieces := rnd.IntN(8)
	var sending sync.WaitGroup
	sending.Go(func() {
		for range pieces {
			k := rnd.IntN(len(text) + 1)
			io.WriteString(nc, text[:k])
			text = text[k:]
			time.Sleep(time.Duration(rnd.IntN(2000)) * time.Microsecond)
		}
		io.WriteString(nc, text)
	})
	if vanishes {
		sending.Wait()
		return
	}
	br := bufio.NewReader(nc)
	for id, do := range dos {
		res, err := http.ReadResponse(br, nil)
		for err == nil && res.StatusCode == 103 {
			res, err = http.ReadResponse(br, nil)
		}
		if err != nil {
			t.Errorf("answer %d to %q: %v", id, do, err)
			break
		}
		b, err := io.ReadAll(res.Body)
		want := strings.Count(do, "w")*1000 + strings.Count(do, "l")*30000
		if res.Header.Get("X-Id") != fmt.Sprint(id) || len(b) != want || err != nil {
			t.Errorf("answer %d to %q: id %s, %d of %d bytes, %v", id, do, res.Header.Get("X-Id"), len(b), want, err)
			break
		}
	}
	if _, err := br.ReadByte(); err != io.EOF && !t.Failed() {
		t.Errorf("behind the last: %v", err)
	}
	sending.Wait()
}
