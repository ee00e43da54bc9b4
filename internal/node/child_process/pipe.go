package childprocess

import (
	"bytes"
	"os"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/loop"
	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// PipeModule registers the natives of pipes under the name "pipe": streams over a descriptor that epoll can wait
// for. They serve the standard streams of children and of this process, terminals, and the channel to a parent.
var PipeModule = node.Module{Name: "pipe", New: func(env *node.Env) map[string]v8.Func {
	ps := &pipes{env: env, open: map[int]*pipe{}}
	env.AtExit(ps.closeAll)
	return map[string]v8.Func{
		"open":      ps.adopt,
		"readStart": ps.with(func(p *pipe, _ *v8.Call) { p.setReading(true) }),
		"readStop":  ps.with(func(p *pipe, _ *v8.Call) { p.setReading(false) }),
		"write":     ps.with((*pipe).write),
		"shutdown":  ps.with((*pipe).shutdown),
		"close":     ps.with((*pipe).close),
		"ref":       ps.with(func(p *pipe, _ *v8.Call) { p.referred = true; p.hold() }),
		"unref":     ps.with(func(p *pipe, _ *v8.Call) { p.referred = false; p.hold() }),
	}
}}

// Kinds of events that the callback of a pipe is told.
const (
	eventData  = 0
	eventEnd   = 1
	eventError = 2
	eventFd    = 3 // a descriptor that came with the data that follows
)

type pipes struct {
	env  *node.Env
	last int
	open map[int]*pipe
}

// closeAll closes every descriptor: the environment is over.
func (ps *pipes) closeAll() {
	for id, p := range ps.open {
		delete(ps.open, id)
		if p.interest != 0 {
			ps.env.Loop.Remove(p.fd)
		}
		if !p.keepOpen {
			_ = unix.Close(p.fd)
		}
	}
}

// pipe is one open descriptor.
type pipe struct {
	all      *pipes
	id, fd   int
	callback v8.Callback
	keepOpen bool // the descriptor belongs to the process, not to the stream
	rights   bool // descriptors come with the data

	interest loop.Events // what epoll waits for; 0: not registered
	reading  bool
	queue    []pending
	ending   v8.Callback // called when everything is written and the writing side closed

	referred bool // may keep the loop alive
	held     bool // keeps the loop alive now
}

// pending is data that the descriptor did not take yet.
type pending struct {
	data []byte
	fd   int // goes with the first byte; -1: none
	done v8.Callback
}

// adopt(fd, keepOpen, callback, rights) makes a pipe of a descriptor and answers its handle.
// callback(kind, value) is called for data, for the end and for an error of reading; with rights, also for each
// descriptor that comes, before the data it came with.
func (ps *pipes) adopt(c *v8.Call) {
	p := &pipe{all: ps, fd: c.Int(0), keepOpen: c.Bool(1), rights: c.Len() > 3 && c.Bool(3), referred: true}
	if !p.keepOpen {
		ps.env.Disown(p.fd)
		// Only then: the standard streams share their flags with other processes.
		if err := unix.SetNonblock(p.fd, true); err != nil {
			c.Throw(node.SystemError("open", err, "", ""))
			return
		}
		unix.CloseOnExec(p.fd)
	}
	p.callback = c.KeepCallback(2)
	ps.last++
	p.id = ps.last
	ps.open[p.id] = p
	c.Return(p.id)
}

// with makes the native of an operation on an open pipe; on one that is closed it does nothing.
func (ps *pipes) with(f func(*pipe, *v8.Call)) v8.Func {
	return func(c *v8.Call) {
		if p := ps.open[c.Int(0)]; p != nil {
			f(p, c)
		}
	}
}

// hold keeps the loop alive exactly while the pipe is referenced and has something to do.
func (p *pipe) hold() {
	// What is to be written is written, whether the pipe is referenced or not.
	want := p.referred && p.reading || len(p.queue) > 0 || !p.ending.IsZero()
	switch {
	case want && !p.held:
		p.all.env.Loop.Ref()
	case !want && p.held:
		p.all.env.Loop.Unref()
	}
	p.held = want
}

// wait tells epoll what the pipe waits for.
func (p *pipe) wait() {
	var want loop.Events
	if p.reading {
		want |= loop.Readable
	}
	if len(p.queue) > 0 {
		want |= loop.Writable
	}
	l := p.all.env.Loop
	switch {
	case want == p.interest:
	case p.interest == 0:
		if err := l.Add(p.fd, want, p); err != nil {
			// A regular file or /dev/null: always ready, and epoll refuses it.
			p.always(want)
			return
		}
	case want == 0:
		l.Remove(p.fd)
	default:
		_ = l.Modify(p.fd, want)
	}
	p.interest = want
	p.hold()
}

// always serves a descriptor that is ready at all times, once a turn.
func (p *pipe) always(want loop.Events) {
	p.hold()
	p.all.env.Post(func() {
		if p.all.open[p.id] == p && (p.reading || len(p.queue) > 0) {
			p.Ready(want)
			p.wait()
		}
	})
}

func (p *pipe) setReading(on bool) {
	if p.reading != on {
		p.reading = on
		p.wait()
	}
}

// Ready is called by the loop.
func (p *pipe) Ready(ev loop.Events) {
	if p.reading && ev&(loop.Readable|loop.Hangup) != 0 {
		p.read()
	}
	if len(p.queue) > 0 && ev&(loop.Writable|loop.Hangup) != 0 {
		p.flush()
	}
}

func (p *pipe) read() {
	buffer := make([]byte, 64<<10)
	env := p.all.env
	var n int
	var fds []int
	var err error
	if p.rights {
		n, fds, err = receiveRights(p.fd, buffer)
		for _, fd := range fds {
			env.Call(p.callback, eventFd, fd)
		}
	} else {
		n, err = unix.Read(p.fd, buffer)
	}
	switch {
	case err == unix.EAGAIN || err == unix.EINTR:
	case err == unix.EIO && p.keepOpen:
		// The terminal has gone: the end.
		p.setReading(false)
		env.Call(p.callback, eventEnd)
	case err != nil:
		p.setReading(false)
		env.Call(p.callback, eventError, node.SystemError("read", err, "", ""))
	case n == 0:
		p.setReading(false)
		env.Call(p.callback, eventEnd)
	default:
		env.Call(p.callback, eventData, buffer[:n])
	}
}

// write(handle, data, callback, fd) writes what can be written at once and answers true when that is all;
// otherwise callback(err) follows when the rest is written. It throws when nothing can be written. The descriptor fd,
// if there is one, goes with the data; it must stay open until all is written.
func (p *pipe) write(c *v8.Call) {
	data, fd := c.Bytes(1), -1
	if c.Len() > 3 && c.Kind(3) == v8.Int32 {
		fd = c.Int(3)
	}
	if len(p.queue) == 0 {
		n, err := p.writeNow(data, fd)
		if err != nil {
			c.Throw(node.SystemError("write", err, "", ""))
			return
		}
		data = data[n:]
		if n > 0 {
			fd = -1
		}
	}
	if len(data) == 0 && len(p.queue) == 0 {
		c.Return(true)
		return
	}
	p.queue = append(p.queue, pending{bytes.Clone(data), fd, c.Callback(2)})
	p.wait()
	c.Return(false)
}

// writeNow writes as much as the descriptor takes without waiting; fd, unless it is -1, goes with the first byte.
func (p *pipe) writeNow(data []byte, fd int) (total int, err error) {
	for len(data) > 0 {
		var n int
		var err error
		if fd >= 0 && total == 0 {
			n, err = sendRights(p.fd, data, fd)
		} else {
			n, err = unix.Write(p.fd, data)
		}
		if err == unix.EINTR {
			continue
		}
		if err == unix.EAGAIN {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		total += n
		data = data[n:]
	}
	return total, nil
}

func (p *pipe) flush() {
	env := p.all.env
	for len(p.queue) > 0 {
		first := &p.queue[0]
		n, err := p.writeNow(first.data, first.fd)
		if err != nil {
			p.fail(err)
			break
		}
		if n > 0 {
			first.fd = -1
		}
		first.data = first.data[n:]
		if len(first.data) > 0 {
			break
		}
		env.Done(first.done, nil, nil)
		p.queue = p.queue[1:]
	}
	p.wait()
	p.finish()
}

// fail tells everything that waits to be written that it will not be.
func (p *pipe) fail(err error) {
	for _, w := range p.queue {
		p.all.env.Done(w.done, nil, node.SystemError("write", err, "", ""))
	}
	p.queue = nil
}

// shutdown(handle, callback) closes the writing side once everything is written.
func (p *pipe) shutdown(c *v8.Call) {
	p.ending = c.Callback(1)
	p.hold()
	p.finish()
}

func (p *pipe) finish() {
	if p.ending.IsZero() || len(p.queue) > 0 {
		return
	}
	err := unix.Shutdown(p.fd, unix.SHUT_WR)
	if err == unix.ENOTSOCK || err == unix.ENOTCONN {
		err = nil // a pipe ends when it is closed
	}
	p.all.env.Done(p.ending, nil, node.SystemError("shutdown", err, "", ""))
	p.ending = v8.Callback{}
	p.hold()
}

// close(handle, callback) closes the descriptor; what waits to be written fails with ECANCELED.
func (p *pipe) close(c *v8.Call) {
	delete(p.all.open, p.id)
	if p.interest != 0 {
		p.all.env.Loop.Remove(p.fd)
		p.interest = 0
	}
	p.fail(unix.ECANCELED)
	p.reading, p.ending = false, v8.Callback{}
	p.hold()
	p.callback.Release()
	if !p.keepOpen {
		_ = unix.Close(p.fd)
	}
	if cb := c.Callback(1); !cb.IsZero() {
		p.all.env.CallClosing(cb)
	}
}

// socketPair makes two connected sockets that no child inherits by accident.
func socketPair() (ours, theirs *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	return os.NewFile(uintptr(fds[0]), "pipe"), os.NewFile(uintptr(fds[1]), "pipe"), nil
}
