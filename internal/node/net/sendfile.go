package net

import (
	"os"

	"golang.org/x/sys/unix"
)

const (
	// fileShare is how much of files one connection sends before the others have
	// their turn.
	fileShare = 2 << 20
	// filePiece is how much is read at once where the kernel cannot send a file
	// itself, and how much of it may wait for a carrier.
	filePiece = 64 << 10
)

// Section is a part of a file that is to be sent.
type Section struct {
	File           *os.File // open until Done is called
	Offset, Length int64
	// Changed, if not nil, is asked before the last piece of a file that could not be
	// sent at once: whether what was sent already is of another state than the rest.
	Changed func() bool
	// Done, if not nil, is called once, on the loop's thread, with how many bytes will
	// not be sent: 0 when the kernel, or the carrier, has taken all. It may close the
	// file, and the connection.
	Done func(left int64)
}

// section is a Section on its way, with what was written behind it.
type section struct {
	Section
	fd    int
	begun bool // a piece has gone
	plain bool // this file is to be read and written
	tail  []byte
}

// SendFile lets a part of a file go out behind what was written before. Nothing is sent
// before the end of the turn; from a connection with a descriptor the kernel sends it by
// itself, elsewhere it is read as it is needed. Its bytes are not kept in memory: Held
// does not count them, Queued does. When the file has less than was promised, or has
// changed, the connection fails with EIO: what the peer was told cannot be kept.
func (c *Conn) SendFile(s Section) {
	if c.closed || c.failed {
		if s.Done != nil {
			s.Done(s.Length)
		}
		return
	}
	c.bytesWritten += s.Length
	m := c.overflow()
	m.fileBytes += s.Length
	m.files = append(m.files, section{Section: s, fd: int(s.File.Fd())})
	c.markDirty()
}

// Held is how many bytes that wait for the kernel are kept in memory.
func (c *Conn) Held() int {
	n := c.Queued()
	if c.more != nil {
		n -= int(c.more.fileBytes)
	}
	return n
}

// appendTail adds bytes behind the last file.
func (c *Conn) appendTail(p []byte) {
	s := &c.more.files[len(c.more.files)-1]
	s.tail = append(s.tail, p...)
	c.more.tails += len(p)
}

// sendFiles goes on with files when everything before them has been taken. It stops
// when the kernel takes no more, or when the connection has had its share of the turn.
func (c *Conn) sendFiles() {
	for share := int64(fileShare); c.hasFiles() && len(c.out) == 0; {
		s := &c.more.files[0]
		if share == 0 && s.Length > 0 {
			return
		}
		if s.Length == 0 {
			if c.finishSection(); c.closed || c.failed {
				return
			}
			c.writeOut()
			continue
		}
		if s.changed(share) {
			c.fail(unix.EIO, true)
			return
		}
		n, errno := c.sendPiece(s, min(share, s.Length))
		switch {
		case errno == unix.EINTR:
			continue
		case errno == unix.EAGAIN:
			return
		case errno != 0:
			c.fail(errno, true)
			return
		case n == 0:
			c.fail(unix.EIO, true) // the file has become shorter
			return
		}
		c.progress = c.net.env.Loop.Now()
		s.advance(c, n)
		share -= n
	}
}

func (s *section) advance(c *Conn, n int64) {
	s.begun = true
	s.Offset += n
	s.Length -= n
	c.more.fileBytes -= n
}

// changed asks whether the file is another one now, before a piece that may be the last.
func (s *section) changed(piece int64) bool {
	return s.Changed != nil && s.begun && s.Length <= piece && s.Changed()
}

// finishSection takes the first file away: what was written behind it is next.
func (c *Conn) finishSection() {
	m := c.more
	s := m.files[0]
	n := copy(m.files, m.files[1:])
	m.files[n] = section{}
	m.files = m.files[:n]
	c.out = c.out[:0]
	c.append(s.tail)
	m.tails -= len(s.tail)
	if s.Done != nil {
		s.Done(0)
	}
}

// sendPiece sends at most n bytes of a file through the descriptor. 0 bytes without an
// error say that the file has ended.
func (c *Conn) sendPiece(s *section, n int64) (int64, unix.Errno) {
	if !s.plain {
		offset := s.Offset
		sent, err := unix.Sendfile(c.fd, s.fd, &offset, int(n))
		switch errno := toErrno(err); errno {
		case unix.EINVAL, unix.ENOSYS, unix.EOVERFLOW:
			s.plain = true // this file or this descriptor cannot be spliced
		default:
			return int64(max(sent, 0)), errno
		}
	}
	p, errno := c.net.readPiece(s, n)
	if len(p) == 0 || errno != 0 {
		return 0, errno
	}
	sent, errno := write(c.fd, p)
	return int64(sent), errno
}

// readPiece reads the next piece of a file, valid until the next call.
func (n *Net) readPiece(s *section, limit int64) ([]byte, unix.Errno) {
	if n.piece == nil {
		n.piece = make([]byte, filePiece)
	}
	for {
		got, err := unix.Pread(s.fd, n.piece[:min(limit, filePiece)], s.Offset)
		if err == unix.EINTR {
			continue
		}
		return n.piece[:max(got, 0)], toErrno(err)
	}
}

// feedCarrier reads files for a connection without a descriptor, as long as little of
// them waits.
func (c *Conn) feedCarrier() {
	for given := 0; c.hasFiles() && !c.closed && !c.failed; {
		s := &c.more.files[0]
		if s.Length == 0 {
			c.finishSection()
			c.emit(c.out)
			c.out = c.out[:0]
			continue
		}
		if c.carrier != nil && c.carrier.Waiting() >= filePiece {
			return // Drained goes on
		}
		if given >= filePiece {
			c.resumeSoon() // it was taken at once
			return
		}
		p, errno := c.net.readPiece(s, s.Length)
		if errno == 0 && (len(p) == 0 || s.changed(int64(len(p)))) {
			errno = unix.EIO // it has become shorter, or is another one
		}
		if errno != 0 {
			c.fail(errno, true)
			return
		}
		s.advance(c, int64(len(p)))
		given += len(p)
		c.emit(p)
	}
}

// resumeSoon goes on with files when the other connections have had their turn.
func (c *Conn) resumeSoon() {
	if !c.more.resuming {
		c.more.resuming = true
		c.net.env.Loop.PostIO(c.resumeFiles)
	}
}

func (c *Conn) resumeFiles() {
	c.more.resuming = false
	if c.hasFiles() {
		c.flush()
	} else {
		c.dropOverflow()
	}
}

// emit gives bytes to what a connection without a descriptor stands on.
func (c *Conn) emit(p []byte) {
	switch {
	case len(p) == 0:
	case c.carrier != nil:
		c.carrier.Send(p)
	default:
		c.sink(p)
	}
}

// dropFiles says of the files that are not sent that they will not be.
func (c *Conn) dropFiles() {
	if c.more == nil {
		return
	}
	files := c.more.files
	c.bytesWritten -= c.more.fileBytes + int64(c.more.tails)
	c.more.files, c.more.fileBytes, c.more.tails = nil, 0, 0
	for i := range files {
		if files[i].Done != nil {
			files[i].Done(files[i].Length)
		}
	}
}

func toErrno(err error) unix.Errno {
	if err == nil {
		return 0
	}
	if errno, ok := err.(unix.Errno); ok {
		return errno
	}
	return unix.EIO
}
