package http

import (
	"io"
	"strconv"
	"unsafe"

	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/http1"
	nodenet "github.com/sluice-http/sluice/internal/node/net"
	"golang.org/x/sys/unix"
)

// Answers from files go out when it is their turn, and nothing of a file is read ahead of
// what the kernel can take. As they are, files are given to the connection (SendFile); what
// is compressed on the way is read piece by piece, as the client takes it.

const (
	filePiece  = 64 << 10 // read at once
	fileTurn   = 1 << 20  // sent in one turn at most: other connections wait meanwhile
	fileQueued = 1        // bytes that wait for the client before reading goes on later
)

// sender is an answer from a file on its way.
type sender struct {
	a       *edge.Answer
	step    int   // of the sections; the body stands before them, the tail behind
	begun   bool  // the body was sent
	given   bool  // the connection has the sections
	prefix  bool  // the prefix of the section was sent
	off     int64 // sent of the section
	chunked bool
	flags   http1.WriteFlags
	buf     []byte
}

func (s *sender) close() {
	if s.a.File != nil {
		s.a.File.Close()
		s.a.File = nil
	}
}

// next is the next piece, read into buf; io.EOF behind the last.
func (s *sender) next(buf []byte) ([]byte, error) {
	if !s.begun {
		s.begun = true
		if len(s.a.Body) > 0 {
			return s.a.Body, nil
		}
	}
	for s.step < len(s.a.Sections) {
		section := &s.a.Sections[s.step]
		if !s.prefix {
			s.prefix = true
			if len(section.Prefix) > 0 {
				return section.Prefix, nil
			}
		}
		if left := section.Length - s.off; left > 0 {
			n, err := s.a.File.ReadAt(buf[:min(left, int64(len(buf)))], section.Offset+s.off)
			if n == 0 {
				// It has become shorter than its head says.
				if err == nil || err == io.EOF {
					err = io.ErrUnexpectedEOF
				}
				return nil, err
			}
			s.off += int64(n)
			return buf[:n], nil
		}
		s.step++
		s.prefix, s.off = false, 0
	}
	if tail := s.a.Tail; len(tail) > 0 {
		s.a.Tail = nil
		return tail, nil
	}
	return nil, io.EOF
}

// pump sends what the kernel takes of a file. It is that answer's turn.
func (c *conn) pump(x *exchange) {
	if x.Encode == nil && !x.file.chunked {
		c.giveFile(x)
		return
	}
	if len(c.http.fileBuf) == 0 {
		c.http.fileBuf = make([]byte, filePiece)
	}
	for sent := 0; sent < fileTurn; {
		if c.c.Closed() || c.c.Queued() >= fileQueued && c.flushed() > 0 {
			return // OnDrain comes back here
		}
		p, err := x.file.next(c.http.fileBuf)
		if err == io.EOF {
			c.endFile(x)
			return
		}
		if err != nil {
			c.errno = int32(unix.EIO)
			c.c.Reset()
			return
		}
		sent += len(p)
		if x.Encode != nil {
			p = x.Encode.Write(p, false)
		}
		c.writeBody(x, p, 0)
	}
	if c.flushed() == 0 {
		c.http.edge.later(c)
	}
}

// giveFile gives the connection the sections of a file. The answer is complete when they
// have gone.
func (c *conn) giveFile(x *exchange) {
	s := x.file
	if s.given {
		return
	}
	s.given = true
	if len(s.a.Body) > 0 {
		c.m.Write(x.seq, s.a.Body, 0)
	}
	x.bytes += s.a.Length()
	for i := range s.a.Sections {
		section := &s.a.Sections[i]
		if len(section.Prefix) > 0 {
			c.m.Write(x.seq, section.Prefix, 0)
		}
		last := i == len(s.a.Sections)-1
		c.c.SendFile(nodenet.Section{
			File: s.a.File.File, Offset: section.Offset, Length: section.Length, Changed: s.a.File.Changed,
			Done: func(left int64) {
				x.bytes -= left
				if last && left > 0 {
					x.bytes -= int64(len(s.a.Tail))
				} else if last {
					c.endFile(x)
				}
			},
		})
	}
	if len(s.a.Sections) == 0 {
		c.endFile(x)
	}
	c.touch()
}

// flushed brings what was written to the kernel and says how much is left.
func (c *conn) flushed() int {
	c.c.Flush()
	return c.c.Queued()
}

// writeBody writes a piece of the body.
func (c *conn) writeBody(x *exchange, p []byte, flags http1.WriteFlags) {
	x.bytes += int64(len(p))
	if !x.file.chunked {
		c.writeDirect(x.seq, p, flags)
		return
	}
	if len(p) == 0 {
		return
	}
	b := strconv.AppendInt(x.file.buf[:0], int64(len(p)), 16)
	b = append(append(append(b, "\r\n"...), p...), "\r\n"...)
	x.file.buf = b
	c.writeDirect(x.seq, b, flags)
}

// writeDirect writes bytes that stay as they are until they are flushed, which they are
// at once: what the kernel takes is not copied.
func (c *conn) writeDirect(seq uint32, p []byte, flags http1.WriteFlags) {
	c.http.answering = unsafe.SliceData(p)
	c.m.Write(seq, p, flags)
	c.http.answering = nil
	if !c.c.Closed() {
		c.c.Flush()
	}
}

func (c *conn) endFile(x *exchange) {
	s := x.file
	if x.Encode != nil {
		p := x.Encode.Close()
		x.Encode = nil
		c.writeBody(x, p, 0)
	}
	last := s.a.Tail
	if s.chunked {
		last = []byte("0\r\n\r\n")
	}
	s.close()
	x.file = nil
	x.ended = true
	c.m.Write(x.seq, last, s.flags|http1.End)
	if !c.edge.settling {
		c.touch()
	}
}

// later goes on with a connection in the next turn.
func (e *edgeSite) later(c *conn) {
	if e.again = append(e.again, c); len(e.again) > 1 {
		return
	}
	e.http.env.Loop.PostIO(func() {
		again := e.again
		e.again = nil
		for _, c := range again {
			c.touch()
		}
	})
}
