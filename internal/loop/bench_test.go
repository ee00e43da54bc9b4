package loop

import (
	"testing"

	"golang.org/x/sys/unix"
)

// drained reads what made it ready.
type drained struct {
	fd  int
	buf [8]byte
	n   int
}

func (d *drained) Ready(Events) {
	if _, err := unix.Read(d.fd, d.buf[:]); err == nil {
		d.n++
	}
}

// BenchmarkPoll is a turn that one descriptor has something for: a write by somebody
// else, the wait, the dispatch and the read.
func BenchmarkPoll(b *testing.B) {
	l, err := New()
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	fd, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err != nil {
		b.Fatal(err)
	}
	defer unix.Close(fd)
	h := &drained{fd: fd}
	if err := l.Add(fd, Readable, h); err != nil {
		b.Fatal(err)
	}
	one := [8]byte{1}
	turns := 0
	b.ReportAllocs()
	for b.Loop() {
		turns++
		if _, err := unix.Write(fd, one[:]); err != nil {
			b.Fatal(err)
		}
		if err := l.Poll(-1); err != nil {
			b.Fatal(err)
		}
	}
	if h.n != turns {
		b.Fatalf("%d turns handled %d events", turns, h.n)
	}
}

// BenchmarkDeadline is what a request costs in deadlines, with 10,000 other connections
// that have one: it is moved twice, and stopped and set again now and then.
func BenchmarkDeadline(b *testing.B) {
	l, err := New()
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	others := make([]Deadline, 10000)
	for i := range others {
		others[i].Expired = func() {}
		l.SetDeadline(&others[i], int64(5000+i))
	}
	d := Deadline{Expired: func() { b.Fatal("it expired") }}
	now := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		now++
		l.SetDeadline(&d, now+60000) // the request's
		l.SetDeadline(&d, now+65000) // the connection's, at rest
		if now%64 == 0 {
			l.StopDeadline(&d)
		}
	}
}

// BenchmarkExpire runs the steps of the wheel with 1,000 deadlines in each.
func BenchmarkExpire(b *testing.B) {
	l, err := New()
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	const n = 1000
	var expired int
	ds := make([]Deadline, n)
	now := l.Now()
	steps := 0
	b.ReportAllocs()
	count := func() { expired++ }
	for b.Loop() {
		steps++
		for i := range ds {
			ds[i].Expired = count
			l.SetDeadline(&ds[i], now+wheelStep)
		}
		now += 3 * wheelStep
		l.deadlines.advance(now)
	}
	if expired != n*steps {
		b.Fatalf("%d of %d expired", expired, n*steps)
	}
}
