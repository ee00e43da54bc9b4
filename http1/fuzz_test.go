package http1

import (
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"testing"
)

// fuzzOptions makes options of a number: leniency bits, and limits that are
// small enough to be met.
func fuzzOptions(lenient uint32, small bool) Options {
	o := Options{Lenient: Leniency(lenient)}
	if small {
		o.Limits = Limits{HeaderBytes: 64, HeaderFields: 4, TargetBytes: 24, TrailerBytes: 24,
			ChunkExtensionBytes: 8, BodyExtensionBytes: 12, ChunkSizeDigits: 4, EmptyLines: 2}
	}
	return o
}

// cutBy splits s by the bytes of cuts: each is the length of a piece.
func cutBy(s string, cuts []byte) []string {
	var parts []string
	for _, c := range cuts {
		n := int(c) % len(s+" ")
		parts = append(parts, s[:n])
		s = s[n:]
	}
	return append(parts, s)
}

// FuzzSplit: what a parser makes of its input does not depend on how the input
// is cut.
func FuzzSplit(f *testing.F) {
	corpus(func(role Role, s string) {
		f.Add(s, []byte{1, 7, 30}, uint8(role-RoleRequest), uint32(0), false)
		f.Add(s, []byte{200}, uint8(role-RoleRequest), ^uint32(0), true)
	})
	f.Fuzz(func(t *testing.T, in string, cuts []byte, role uint8, lenient uint32, small bool) {
		d := &document{role: Role(role%3) + RoleRequest, opts: fuzzOptions(lenient, small), in: in, eof: lenient&(1<<30) != 0,
			decide: Decision(lenient >> 28 & 3)}
		parts := cutBy(in, cuts)
		whole, split := d.run(in), d.run(parts...)
		if whole != split && !sameRefusal(whole, split) {
			t.Errorf("cuts %q\nsplit:\n%s\nwhole:\n%s", parts, split, whole)
		}
	})
}

// sameRefusal says whether two transcripts differ in nothing but the refusal at
// their end, one of which is for a limit. A token that is too long, and wrong
// further on, is refused for its length if a read ends between the two, and
// the offset of an overflow is where the token or the input ends: so it is in
// Node.
func sameRefusal(a, b string) bool {
	beforeA, refusalA := lastLine(a)
	beforeB, refusalB := lastLine(b)
	return beforeA == beforeB && strings.Contains(refusalA, "refused ") && strings.Contains(refusalB, "refused ") &&
		strings.Contains(refusalA+refusalB, "OVERFLOW")
}

func lastLine(s string) (before, last string) {
	s = strings.TrimSuffix(s, "\n")
	i := strings.LastIndexByte(s, '\n') + 1
	return s[:i], s[i:]
}

// FuzzLeniency: a leniency bit turns refusals into acceptance and changes
// nothing of what is accepted without it.
func FuzzLeniency(f *testing.F) {
	corpus(func(role Role, s string) {
		f.Add(s, uint8(role-RoleRequest), ^uint32(0))
	})
	f.Fuzz(func(t *testing.T, in string, role uint8, lenient uint32) {
		checkLeniency(t, in, Role(role%3)+RoleRequest, Leniency(lenient))
	})
}

func checkLeniency(t *testing.T, in string, role Role, lenient Leniency) {
	t.Helper()
	strict := trace(role, &Options{}, []string{in}, false)
	loose := trace(role, &Options{Lenient: lenient}, []string{in}, false)
	if reflect.DeepEqual(strict, loose) {
		return
	}
	last := strict[len(strict)-1].([]any)
	if last[0] != "error" {
		t.Fatalf("%q with %v:\nstrictly %v\nleniently %v", in, lenient, strict, loose)
	}
	// Up to the refusal both say the same; a body may have gone on.
	n := len(strict) - 1
	if n > 0 && strict[n-1].([]any)[0] == "body" {
		n--
	}
	if n > len(loose) || n > 0 && !reflect.DeepEqual(strict[:n], loose[:n]) {
		t.Fatalf("%q with %v:\nstrictly %v\nleniently %v", in, lenient, strict, loose)
	}
}

// TestLeniencyOnlyAdds runs FuzzLeniency's property over generated messages.
func TestLeniencyOnlyAdds(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	for range 20000 {
		role := Role(r.Intn(2)) + RoleRequest
		list := seeds[role]
		checkLeniency(t, mutate(r, list[r.Intn(len(list))]), role, Leniency(r.Uint32()))
	}
}

// TestSplitGenerated runs FuzzSplit's property over generated messages.
func TestSplitGenerated(t *testing.T) {
	r := rand.New(rand.NewSource(4))
	for range 20000 {
		role := Role(r.Intn(2)) + RoleRequest
		list := seeds[role]
		d := &document{role: role, opts: fuzzOptions(r.Uint32()&r.Uint32(), false), in: mutate(r, list[r.Intn(len(list))]), eof: r.Intn(2) == 0}
		if r.Intn(8) == 0 {
			d.role = RoleEither
		}
		parts := cut(r, d.in)
		if whole, split := d.run(d.in), d.run(parts...); whole != split {
			t.Fatalf("lenient %v, cuts %q\nsplit:\n%s\nwhole:\n%s", d.opts.Lenient, parts, split, whole)
		}
	}
}

// FuzzServer drives a server machine by a program of bytes, and checks that
// answers come out in order and whole, whatever happens when.
func FuzzServer(f *testing.F) {
	f.Add([]byte("\x00\x50\x11\x22\x33\x00\x40\x12\x21"), "GET / HTTP/1.1\r\nHost: x\r\n\r\nPOST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.0\r\n\r\n")
	f.Add([]byte("\x00\xff\x16\x17\x15\x14\x13\x12"), strings.Repeat("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 8))
	f.Fuzz(runServerProgram)
}

func TestServerPrograms(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	for range 5000 {
		in := ""
		for range 1 + r.Intn(6) {
			in += seeds[RoleRequest][r.Intn(len(seeds[RoleRequest]))]
		}
		program := make([]byte, r.Intn(60))
		r.Read(program)
		runServerProgram(t, program, in)
	}
}

// runServerProgram: each byte is an operation and its argument.
func runServerProgram(t *testing.T, program []byte, in string) {
	if len(program) > 1000 || len(in) > 10000 {
		return // feeding against WantRead is kept, and moved, every time
	}
	pool := new(Pool)
	pool.Put(pool.Parser(RoleRequest, nil))
	got := ""
	var delivered uint32
	h := new(hook)
	c := NewServerConn(&ServerConfig{Pool: pool, MaxPipelined: 5, HighWater: 40, HeaderTimeout: 50, KeepAliveTimeout: 30, MaxDump: 8}, h, 0)
	h.onRequest = func(seq uint32, _ *Head) Decision {
		if seq != delivered+1 {
			t.Errorf("request %d after %d", seq, delivered)
		}
		delivered = seq
		return Decision(seq % 2 * 3)
	}
	h.onError = func(seq uint32, _ *Error) {
		if seq < delivered || seq > delivered+1 {
			t.Errorf("error under %d after %d", seq, delivered)
		}
	}
	h.onOutput = func(p []byte) { got += string(p) }
	pieces := map[uint32]int{}
	now := int64(0)
	for _, op := range program {
		arg := int(op & 0xf)
		seq := c.first + uint32(arg>>1)
		now += int64(op & 7)
		switch op >> 4 {
		case 0, 1, 2, 3:
			n := min(len(in), int(op&0x3f)*2)
			c.Feed(now, []byte(in[:n]))
			in = in[n:]
		case 4, 5, 6, 7:
			if n := c.Write(seq, fmt.Appendf(nil, "%d.%d ", seq, pieces[seq]), WriteFlags(arg&1)); n >= 0 {
				pieces[seq]++
			}
		case 8:
			c.Pause()
		case 9, 10:
			c.Resume()
			c.Settle(now)
		case 11:
			c.Dump(c.Reading())
		case 12:
			c.SetBacklog(arg * 4)
			c.Settle(now)
		case 13:
			c.Deadline(now)
			c.Expire(now)
		case 14:
			if arg == 0 {
				c.FeedEOF(now)
			}
		case 15:
			if arg == 0 {
				c.CloseAfter()
			} else if arg == 1 {
				c.Abort()
			}
		}
		if c.Pending() > 7 || c.Waiting() < 0 {
			t.Fatalf("pending %d, waiting %d", c.Pending(), c.Waiting())
		}
	}
	// What came out is, in order, a beginning of each answer, each complete
	// but the last.
	seq, piece := uint32(0), 0
	for _, word := range strings.Fields(got) {
		var s uint32
		var p int
		fmt.Sscanf(word, "%d.%d", &s, &p)
		if s == seq {
			piece++
		} else if s > seq {
			seq, piece = s, 0
		}
		if s != seq || p != piece {
			t.Fatalf("%q out of order in %q", word, got)
		}
	}
	c.Abort()
	c.Release()
	if len(pool.parsers)+len(pool.lent) != 1 {
		t.Error("the parser is lost")
	}
}
