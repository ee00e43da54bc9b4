package http1

import (
	"fmt"
	"strings"
	"testing"
)

// recorder is a handler that writes down what it is told.
type recorder struct {
	c      *ServerConn
	log    strings.Builder
	out    strings.Builder
	decide func(seq uint32, h *Head) Decision
}

func (r *recorder) OnRequest(seq uint32, h *Head) Decision {
	fmt.Fprintf(&r.log, "request %d %v %s\n", seq, h.Method, h.Bytes(h.Target))
	if r.decide != nil {
		return r.decide(seq, h)
	}
	return Proceed
}
func (r *recorder) OnBody(seq uint32, p []byte) { fmt.Fprintf(&r.log, "body %d %q\n", seq, p) }
func (r *recorder) OnComplete(seq uint32, t *Section) {
	fmt.Fprintf(&r.log, "complete %d", seq)
	if t != nil {
		for i := range t.Fields {
			fmt.Fprintf(&r.log, " %s=%q", t.Name(i), t.Value(i))
		}
	}
	r.log.WriteByte('\n')
}
func (r *recorder) OnUpgrade(seq uint32, rest []byte) {
	fmt.Fprintf(&r.log, "upgrade %d %q\n", seq, rest)
}
func (r *recorder) OnError(seq uint32, err *Error) {
	fmt.Fprintf(&r.log, "error %d %v %d %d %q\n", seq, err.Code, err.Status, err.InputOffset, err.Reason)
}
func (r *recorder) OnTurn(seq uint32) { fmt.Fprintf(&r.log, "turn %d\n", seq) }
func (r *recorder) Output(p []byte)   { r.out.Write(p) }

var _ ServerHandler = (*recorder)(nil)

func newRecorder(cfg *ServerConfig) *recorder {
	r := new(recorder)
	r.c = NewServerConn(cfg, r, 0)
	return r
}

func (r *recorder) take() string {
	s := r.log.String()
	r.log.Reset()
	return s
}

func TestAnswersInOrder(t *testing.T) {
	r := newRecorder(&ServerConfig{})
	const get = " HTTP/1.1\r\nHost: x\r\n\r\n"
	r.c.Feed(1, []byte("GET /1"+get+"GET /2"+get+"GET /3"+get))
	r.c.Write(3, []byte("c"), End)
	r.c.Write(2, []byte("b1"), 0)
	if n := r.c.Write(2, []byte("b2"), 0); n != 4 {
		t.Errorf("4 bytes should wait, %d do", n)
	}
	if r.out.Len() != 0 {
		t.Fatalf("out of turn: %q", r.out.String())
	}
	r.c.Write(1, []byte("a"), End)
	r.c.Write(2, []byte("b3"), End)
	if got := r.out.String(); got != "ab1b2b3c" {
		t.Errorf("order: %q", got)
	}
	want := "request 1 GET /1\ncomplete 1\nrequest 2 GET /2\ncomplete 2\nrequest 3 GET /3\ncomplete 3\nturn 2\n"
	if got := r.take(); got != want {
		t.Errorf("events:\n%s", got)
	}
	if !r.c.Idle() || r.c.Done() {
		t.Error("should be idle")
	}
}

const req = " HTTP/1.1\r\nHost: x\r\n\r\n"

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got: %q\nwant: %q", what, got, want)
	}
}

// TestOrderOfAnswers writes the answers of three requests in every order, whole
// and in pieces, and expects them in the order of the requests.
func TestOrderOfAnswers(t *testing.T) {
	orders := [][]uint32{{1, 2, 3}, {1, 3, 2}, {2, 1, 3}, {2, 3, 1}, {3, 1, 2}, {3, 2, 1}}
	for _, order := range orders {
		for _, pieces := range []int{1, 2, 5} {
			r := newRecorder(&ServerConfig{Pool: new(Pool)})
			r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req+"GET /3"+req))
			for _, seq := range order {
				for i := range pieces {
					f := WriteFlags(0)
					if i == pieces-1 {
						f = End
					}
					r.c.Write(seq, []byte(fmt.Sprint(seq, i, ";")), f)
				}
			}
			want := ""
			for seq := 1; seq <= 3; seq++ {
				for i := range pieces {
					want += fmt.Sprint(seq, i, ";")
				}
			}
			expect(t, fmt.Sprint(order, pieces), r.out.String(), want)
			if r.c.Waiting() != 0 || r.c.Pending() != 0 || !r.c.Idle() {
				t.Error("something is left")
			}
		}
	}
}

// TestNoCopyInTurn: the answer whose turn it is goes out as the caller's own
// slice.
func TestNoCopyInTurn(t *testing.T) {
	var got []byte
	h := &hook{onOutput: func(p []byte) { got = p }}
	c := NewServerConn(&ServerConfig{}, h, 0)
	c.Feed(1, []byte("GET /"+req))
	answer := []byte("HTTP/1.1 204 No Content\r\n\r\n")
	c.Write(1, answer, End)
	if &got[0] != &answer[0] {
		t.Error("the answer was copied")
	}
}

// hook is a handler of functions.
type hook struct {
	onRequest  func(seq uint32, h *Head) Decision
	onBody     func(seq uint32, p []byte)
	onComplete func(seq uint32)
	onUpgrade  func(seq uint32, rest []byte)
	onError    func(seq uint32, err *Error)
	onOutput   func(p []byte)
}

func (h *hook) OnRequest(seq uint32, head *Head) Decision {
	if h.onRequest != nil {
		return h.onRequest(seq, head)
	}
	return Proceed
}
func (h *hook) OnBody(seq uint32, p []byte) {
	if h.onBody != nil {
		h.onBody(seq, p)
	}
}
func (h *hook) OnComplete(seq uint32, _ *Section) {
	if h.onComplete != nil {
		h.onComplete(seq)
	}
}
func (h *hook) OnUpgrade(seq uint32, rest []byte) {
	if h.onUpgrade != nil {
		h.onUpgrade(seq, rest)
	}
}
func (h *hook) OnError(seq uint32, err *Error) {
	if h.onError != nil {
		h.onError(seq, err)
	}
}
func (h *hook) OnTurn(uint32) {}
func (h *hook) Output(p []byte) {
	if h.onOutput != nil {
		h.onOutput(p)
	}
}

// TestLastAnswer: the machine knows which answer is the last, drops what is
// written behind it, and reads no further.
func TestLastAnswer(t *testing.T) {
	t.Run("the request said close", func(t *testing.T) {
		r := newRecorder(&ServerConfig{})
		r.c.Feed(1, []byte("GET /1"+req+"GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /3"+req))
		expect(t, "events", r.take(), "request 1 GET /1\ncomplete 1\nrequest 2 GET /2\ncomplete 2\n")
		if r.c.Last(1) || !r.c.Last(2) {
			t.Error("2 is the last")
		}
		r.c.Write(2, []byte("b"), End)
		if r.c.Done() {
			t.Error("done before the first answer")
		}
		r.c.Write(1, []byte("a"), End)
		expect(t, "output", r.out.String(), "ab")
		if !r.c.Done() {
			t.Error("not done")
		}
	})
	t.Run("the answer said close", func(t *testing.T) {
		r := newRecorder(&ServerConfig{})
		r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req))
		r.c.Write(2, []byte("b"), End)
		r.c.Write(1, []byte("a"), End|Close)
		expect(t, "output", r.out.String(), "a")
		if !r.c.Done() {
			t.Error("not done")
		}
		if n := r.c.Write(2, []byte("c"), 0); n != -1 {
			t.Error("written after the end: ", n)
		}
	})
	t.Run("an answer that waits said close", func(t *testing.T) {
		r := newRecorder(&ServerConfig{})
		r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req+"GET /3"+req))
		r.c.Write(3, []byte("c"), End)
		r.c.Write(2, []byte("b"), End|Close)
		r.c.Write(1, []byte("a"), End)
		expect(t, "output", r.out.String(), "ab")
		if !r.c.Done() || r.c.Waiting() != 0 {
			t.Error("not done")
		}
	})
	t.Run("1.0 without keep-alive", func(t *testing.T) {
		r := newRecorder(&ServerConfig{})
		r.c.Feed(1, []byte("GET / HTTP/1.0\r\n\r\n"))
		r.c.Write(1, []byte("a"), End)
		if !r.c.Done() {
			t.Error("not done")
		}
	})
	t.Run("stop", func(t *testing.T) {
		r := newRecorder(&ServerConfig{})
		r.c.Feed(1, []byte("GET /1"+req))
		r.c.CloseAfter()
		r.c.Feed(2, []byte("GET /2"+req))
		r.c.Write(1, []byte("a"), End)
		expect(t, "events", r.take(), "request 1 GET /1\ncomplete 1\n")
		if !r.c.Done() {
			t.Error("not done")
		}
	})
	t.Run("stop of an idle connection", func(t *testing.T) {
		r := newRecorder(&ServerConfig{})
		r.c.CloseAfter()
		if !r.c.Done() {
			t.Error("not done")
		}
	})
}

// TestInformational: a 1xx answer does not start the answer.
func TestInformational(t *testing.T) {
	r := newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req))
	r.c.Write(2, []byte("100 "), Info)
	r.c.Write(1, []byte("103 "), Info)
	if r.c.Started(1) || r.c.Started(2) {
		t.Error("started")
	}
	r.c.Write(2, []byte("200b "), End)
	r.c.Write(1, []byte("200a "), End)
	expect(t, "output", r.out.String(), "103 200a 100 200b ")
}

// TestErrorKeepsItsTurn: requests that were delivered keep their answers; the
// refusal comes behind them, and nothing is read any more.
func TestErrorKeepsItsTurn(t *testing.T) {
	r := newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte("GET /1"+req+"GET /2"+req+"BAD"+req+"GET /3"+req))
	expect(t, "events", r.take(), "request 1 GET /1\ncomplete 1\nrequest 2 GET /2\ncomplete 2\n"+
		"error 3 HPE_INVALID_METHOD 400 57 \"Invalid method encountered\"\n")
	r.c.Write(3, []byte("c"), End)
	r.c.Write(2, []byte("b"), End)
	r.c.Feed(2, []byte("GET /4"+req))
	if r.c.Done() {
		t.Error("done too early")
	}
	r.c.Write(1, []byte("a"), End)
	expect(t, "output", r.out.String(), "abc")
	if !r.c.Done() || r.take() != "" {
		t.Error("not done")
	}
}

// TestErrorInBody: the refusal goes under the request's own number while its
// answer has not begun.
func TestErrorInBody(t *testing.T) {
	const in = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz"
	r := newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte(in))
	expect(t, "events", r.take(), "request 1 POST /\nerror 1 HPE_INVALID_CHUNK_SIZE 400 56 \"Invalid character in chunk size\"\n")
	if r.c.Started(1) {
		t.Error("started")
	}
	r.c.Write(1, []byte("400"), End|Close)
	expect(t, "output", r.out.String(), "400")
	if !r.c.Done() {
		t.Error("not done")
	}

	r = newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte(in[:len(in)-2]))
	r.c.Write(1, []byte("head"), 0)
	r.c.Feed(2, []byte("zz"))
	if !r.c.Started(1) {
		t.Error("not started")
	}
	r.c.Write(1, []byte("rest"), End)
	expect(t, "output", r.out.String(), "headrest")
	if !r.c.Done() {
		t.Error("not done")
	}

	r = newRecorder(&ServerConfig{})
	r.c.Feed(1, []byte(in[:len(in)-2]))
	r.c.Write(1, []byte("early"), End)
	r.take()
	r.c.Feed(2, []byte("zz"))
	expect(t, "events", r.take(), "error 2 HPE_INVALID_CHUNK_SIZE 400 0 \"Invalid character in chunk size\"\n")
	r.c.Write(2, []byte("400"), End)
	expect(t, "output", r.out.String(), "early400")
	if !r.c.Done() {
		t.Error("not done")
	}
}

// TestPauseAnywhere pauses in every event and delivers the rest after Resume.
func TestPauseAnywhere(t *testing.T) {
	const in = "POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\nT: v\r\n\r\nGET /2" + req
	const want = "request 1 POST /1\nbody 1 \"ab\"\nbody 1 \"c\"\ncomplete 1 T=\"v\"\nrequest 2 GET /2\ncomplete 2\n"
	for n := range 7 {
		r := &pauser{at: n}
		r.c = NewServerConn(&ServerConfig{Pool: new(Pool)}, r, 0)
		r.c.Feed(1, []byte(in))
		if n < 6 {
			if !r.c.Paused() || r.c.WantRead() {
				t.Fatal("not paused at ", n)
			}
			events := strings.Count(r.log.String(), "\n")
			r.c.Settle(2)
			r.c.Feed(3, []byte("GET /3"+req))
			if k := strings.Count(r.log.String(), "\n"); k != events || events != n+1 {
				t.Errorf("paused at %d, %d events, then %d", n, events, k)
			}
			r.c.Resume()
			r.c.Settle(4)
			expect(t, fmt.Sprint("paused at ", n), r.log.String(), want+"request 3 GET /3\ncomplete 3\n")
		} else {
			expect(t, "not paused", r.log.String(), want)
		}
	}
}

// pauser is a recorder that pauses in its event number at.
type pauser struct {
	recorder
	at, n int
}

func (r *pauser) event() {
	if r.n == r.at {
		r.c.Pause()
	}
	r.n++
}
func (r *pauser) OnRequest(seq uint32, h *Head) Decision {
	r.event()
	return r.recorder.OnRequest(seq, h)
}
func (r *pauser) OnBody(seq uint32, p []byte)        { r.event(); r.recorder.OnBody(seq, p) }
func (r *pauser) OnComplete(seq uint32, tr *Section) { r.event(); r.recorder.OnComplete(seq, tr) }
