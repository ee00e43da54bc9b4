package net

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	gonet "net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluice-http/sluice/internal/loop"
	"github.com/sluice-http/sluice/internal/node"
	"golang.org/x/sys/unix"
)

// recorder is a consumer that notes what happens to its connection.
type recorder struct {
	failed  unix.Errno
	drained int
	closed  bool
}

func (r *recorder) OnData(*Conn, []byte) {}
func (r *recorder) OnEnd(*Conn)          {}
func (r *recorder) OnFail(c *Conn, errno unix.Errno, _ bool) {
	r.failed = errno
	c.Close()
}
func (r *recorder) OnDrain(*Conn)  { r.drained++ }
func (r *recorder) OnClosed(*Conn) { r.closed = true }

// bench is a loop with one connection, without an isolate.
type bench struct {
	t    *testing.T
	net  *Net
	conn *Conn
	seen *recorder
}

func newBench(t *testing.T, make func(n *Net) *Conn) *bench {
	l, err := loop.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	n := &Net{env: &node.Env{Loop: l}, buf: []byte{}}
	b := &bench{t: t, net: n, conn: make(n), seen: &recorder{}}
	b.conn.Consume(b.seen)
	return b
}

// spin runs turns of the loop until done.
func (b *bench) spin(done func() bool) {
	b.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		b.net.flushDirty()
		b.net.env.FinishClosing()
		if done() {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatal("nothing more happens")
		}
		if err := b.net.env.Loop.Poll(100); err != nil {
			b.t.Fatal(err)
		}
	}
}

// client is the other side of a connection, and what it has read when that has ended.
func client(t *testing.T, family int) (fd int, other *os.File) {
	fds, err := unix.Socketpair(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fds[1]), "client")
	t.Cleanup(func() { f.Close() })
	return fds[0], f
}

// tcp is a connection over the loopback interface.
func tcp(t *testing.T) (fd int, other *gonet.TCPConn) {
	ln, err := gonet.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	c, err := gonet.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	s, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f, err := s.(*gonet.TCPConn).File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	fd, err = unix.Dup(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	return fd, c.(*gonet.TCPConn)
}

func randomFile(t *testing.T, n int) (*os.File, []byte) {
	p := make([]byte, n)
	r := rand.NewChaCha8([32]byte{byte(n)})
	_, _ = r.Read(p)
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, p, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, p
}

// readAll reads the client's side on a goroutine.
func readAll(r io.Reader) chan []byte {
	result := make(chan []byte, 1)
	go func() {
		p, _ := io.ReadAll(r)
		result <- p
	}()
	return result
}

// What goes out, in which order, is the same whatever the connection stands on.
func TestSendFileOrder(t *testing.T) {
	const size = 5 << 20
	file, content := randomFile(t, size)
	want := bytes.Join([][]byte{[]byte("head"), content[:size], []byte("between"), content[1000:1001], content[size-70000 : size], []byte("end")}, nil)
	write := func(b *bench, done func(int64)) {
		b.conn.Write([]byte("he"), false)
		b.conn.WriteCopy([]byte("ad"))
		b.conn.SendFile(Section{File: file, Offset: 0, Length: size})
		b.conn.Write([]byte("between"), false)
		b.conn.SendFile(Section{File: file, Offset: 1000, Length: 1})
		b.conn.SendFile(Section{File: file, Offset: 77, Length: 0})
		b.conn.SendFile(Section{File: file, Offset: size - 70000, Length: 70000, Done: done})
		b.conn.WriteCopy([]byte("e"))
		b.conn.Write([]byte("nd"), false)
		if q, h := b.conn.Queued(), b.conn.Held(); q != len(want) || h != len("headbetweenend") {
			t.Errorf("%d bytes wait, %d of them in memory, of %d", q, h, len(want))
		}
		b.conn.Shutdown()
	}
	run := func(t *testing.T, b *bench, got chan []byte) {
		told := 0
		write(b, func(left int64) {
			if left != 0 {
				t.Error("the last file was not sent")
			}
			told++
		})
		b.spin(func() bool { return b.seen.drained > 0 && b.conn.Queued() == 0 })
		if told != 1 {
			t.Errorf("told %d times", told)
		}
		if n := b.conn.Sent(); n != int64(len(want)) {
			t.Errorf("Sent says %d of %d", n, len(want))
		}
		b.conn.Close()
		b.spin(func() bool { return b.seen.closed })
		if p := <-got; !bytes.Equal(p, want) {
			t.Errorf("%d bytes arrived, other ones than the %d that were sent", len(p), len(want))
		}
	}
	t.Run("tcp", func(t *testing.T) {
		fd, c := tcp(t)
		run(t, newBench(t, func(n *Net) *Conn { return n.adopt(fd, true) }), readAll(c))
	})
	t.Run("unix", func(t *testing.T) {
		fd, c := client(t, unix.AF_UNIX)
		run(t, newBench(t, func(n *Net) *Conn { return n.adopt(fd, true) }), readAll(c))
	})
	t.Run("pipe", func(t *testing.T) {
		var fds [2]int
		if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
		_ = unix.SetNonblock(fds[1], true)
		r := os.NewFile(uintptr(fds[0]), "pipe")
		defer r.Close()
		run(t, newBench(t, func(n *Net) *Conn { return n.adopt(fds[1], false) }), readAll(r))
	})
	t.Run("without a descriptor", func(t *testing.T) {
		var sunk bytes.Buffer
		b := newBench(t, func(n *Net) *Conn { return n.Virtual(func(p []byte) { sunk.Write(p) }) })
		got := make(chan []byte, 1)
		b.conn.gone = func() { got <- sunk.Bytes() }
		run(t, b, got)
	})
	t.Run("on a carrier", func(t *testing.T) {
		fd, c := tcp(t)
		k := &carried{}
		b := newBench(t, func(n *Net) *Conn {
			k.low = n.adopt(fd, true)
			k.up = n.Over(k)
			k.low.Consume(k)
			return k.up
		})
		run(t, b, readAll(c))
		// A turn may leave what one read brings and a record more.
		if k.most > 2*filePiece {
			t.Errorf("%d bytes of the file waited in memory", k.most)
		}
	})
}

// carried is a carrier that changes nothing.
type carried struct {
	up, low *Conn
	most    int
}

func (k *carried) Send(p []byte) {
	k.low.WriteCopy(p)
	k.most = max(k.most, k.low.Queued())
}
func (k *carried) Waiting() int    { return k.low.Queued() }
func (k *carried) SetReading(bool) {}
func (k *carried) Shutdown()       { k.low.Shutdown() }
func (k *carried) Close(bool)      { k.low.Close() }
func (k *carried) Below() *Conn    { return k.low }

func (k *carried) OnData(*Conn, []byte)                      {}
func (k *carried) OnEnd(*Conn)                               {}
func (k *carried) OnFail(_ *Conn, errno unix.Errno, wr bool) { k.up.DeliverFailure(errno, wr) }
func (k *carried) OnDrain(*Conn)                             { k.up.Drained() }
func (k *carried) OnClosed(*Conn)                            {}

// A peer that reads nothing holds up its own connection, and no memory.
func TestSendFileSlowPeer(t *testing.T) {
	const size = 32 << 20
	file, content := randomFile(t, size)
	fd, c := tcp(t)
	b := newBench(t, func(n *Net) *Conn { return n.adopt(fd, true) })
	b.conn.SendFile(Section{File: file, Offset: 0, Length: size})
	// As much as the socket takes.
	for last := -1; last != b.conn.Queued(); {
		last = b.conn.Queued()
		b.net.flushDirty()
		_ = b.net.env.Loop.Poll(50)
	}
	if b.conn.Queued() == 0 || b.conn.Held() != 0 || b.conn.more.files[0].plain {
		t.Fatalf("%d bytes wait, %d of them in memory", b.conn.Queued(), b.conn.Held())
	}
	got := readAll(c)
	b.conn.Shutdown()
	b.spin(func() bool { return b.seen.drained > 0 })
	if p := <-got; !bytes.Equal(p, content) {
		t.Errorf("%d bytes arrived, other ones than the file's", len(p))
	}
}

// A file that becomes shorter on its way fails the connection; one that grows does not
// change what was promised; one that vanishes is still there for who has it open.
func TestSendFileChanges(t *testing.T) {
	const size = 24 << 20
	carrier := func(fd int) func(n *Net) *Conn {
		return func(n *Net) *Conn {
			k := &carried{low: n.adopt(fd, true)}
			k.up = n.Over(k)
			k.low.Consume(k)
			return k.up
		}
	}
	plain := func(fd int) func(n *Net) *Conn { return func(n *Net) *Conn { return n.adopt(fd, true) } }
	for _, kind := range []struct {
		name string
		make func(fd int) func(n *Net) *Conn
	}{{"sendfile", plain}, {"read and written", carrier}} {
		t.Run(kind.name+"/shrinks", func(t *testing.T) {
			file, content := randomFile(t, size)
			fd, c := tcp(t)
			b := newBench(t, kind.make(fd))
			var told []int64
			b.conn.SendFile(Section{File: file, Length: size, Done: func(left int64) { told = append(told, left) }})
			b.conn.Write([]byte("never"), false)
			b.net.flushDirty()
			if b.conn.Queued() == 0 {
				t.Fatal("the socket took the whole file")
			}
			if err := file.Truncate(size / 2); err != nil {
				t.Fatal(err)
			}
			got := readAll(c)
			b.spin(func() bool { return b.seen.closed })
			if b.seen.failed != unix.EIO || len(told) != 1 || told[0] <= 0 {
				t.Errorf("failed with %v, told %v", b.seen.failed, told)
			}
			if p := <-got; len(p) > size/2 || !bytes.Equal(p, content[:len(p)]) {
				t.Errorf("%d bytes arrived of the %d that there are, or other ones", len(p), size/2)
			}
		})
		t.Run(kind.name+"/is written to", func(t *testing.T) {
			file, _ := randomFile(t, size)
			fd, c := tcp(t)
			b := newBench(t, kind.make(fd))
			asked := 0
			b.conn.SendFile(Section{File: file, Length: size, Changed: func() bool { asked++; return true }})
			b.net.flushDirty()
			got := readAll(c)
			b.spin(func() bool { return b.seen.closed })
			if p := <-got; len(p) >= size || b.seen.failed != unix.EIO || asked != 1 {
				t.Errorf("%d bytes arrived, failed with %v, asked %d times", len(p), b.seen.failed, asked)
			}
			// What goes at once is of one state.
			fd, c = tcp(t)
			b = newBench(t, kind.make(fd))
			b.conn.SendFile(Section{File: file, Length: 1000, Changed: func() bool { return true }})
			b.conn.Shutdown()
			got = readAll(c)
			b.spin(func() bool { return b.seen.drained > 0 })
			if p := <-got; len(p) != 1000 || b.seen.failed != 0 {
				t.Errorf("%d bytes arrived, failed with %v", len(p), b.seen.failed)
			}
		})
		t.Run(kind.name+"/grows and vanishes", func(t *testing.T) {
			file, content := randomFile(t, size)
			fd, c := tcp(t)
			b := newBench(t, kind.make(fd))
			b.conn.SendFile(Section{File: file, Offset: 0, Length: size})
			b.conn.Shutdown()
			b.net.flushDirty()
			if _, err := file.WriteAt([]byte("more"), size); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(file.Name()); err != nil {
				t.Fatal(err)
			}
			got := readAll(c)
			b.spin(func() bool { return b.seen.drained > 0 })
			if p := <-got; !bytes.Equal(p, content) {
				t.Errorf("%d bytes arrived, other ones than those that were promised", len(p))
			}
		})
	}
}

// Who promised files hears of each exactly once when the connection ends before.
func TestSendFileClosed(t *testing.T) {
	file, _ := randomFile(t, 1<<20)
	fd, _ := tcp(t)
	b := newBench(t, func(n *Net) *Conn { return n.adopt(fd, true) })
	told := map[int]int{}
	for i := range 3 {
		b.conn.SendFile(Section{File: file, Length: 1 << 20, Done: func(left int64) {
			if left != 1<<20 {
				t.Errorf("%d bytes are left of a closed connection", left)
			}
			told[i]++
		}})
	}
	b.conn.Close()
	b.conn.SendFile(Section{File: file, Length: 1, Done: func(int64) { told[3]++ }})
	b.spin(func() bool { return b.seen.closed })
	for i := range 4 {
		if told[i] != 1 {
			t.Errorf("file %d: told %d times", i, told[i])
		}
	}
	if b.conn.Queued() != 0 || b.conn.Sent() != 0 {
		t.Errorf("%d bytes wait, %d were sent", b.conn.Queued(), b.conn.Sent())
	}
}

// A peer that is gone ends it.
func TestSendFilePeerGone(t *testing.T) {
	file, _ := randomFile(t, 24<<20)
	fd, c := tcp(t)
	b := newBench(t, func(n *Net) *Conn { return n.adopt(fd, true) })
	var told []int64
	b.conn.SendFile(Section{File: file, Length: 24 << 20, Done: func(left int64) { told = append(told, left) }})
	b.net.flushDirty()
	_ = c.SetLinger(0)
	c.Close()
	b.spin(func() bool { return b.seen.closed })
	if len(told) != 1 || told[0] <= 0 || !(errors.Is(b.seen.failed, unix.EPIPE) || errors.Is(b.seen.failed, unix.ECONNRESET)) {
		t.Errorf("failed with %v, told %v", b.seen.failed, told)
	}
}
