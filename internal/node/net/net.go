// Package net is the native half of Node's net module: listeners and connections
// on the loop's epoll. The http module takes connections over from it in Go.
package net

import (
	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
	"golang.org/x/sys/unix"
)

// What an event of kind 'net' tells; the numbers are those of internal/net_handle.js.
const (
	evConnected    = 1
	evData         = 2
	evEnd          = 3
	evError        = 4
	evWrote        = 5
	evShutdown     = 6
	evClosed       = 7
	evAccepted     = 8
	evAcceptError  = 9
	evServerClosed = 10
)

const readBufferSize = 64 << 10

// Net is the net module of one environment. Its methods run on the loop's thread.
type Net struct {
	env     *node.Env
	kind    int32
	handles handleTable
	buf     []byte // what a read brings; consumers take it before the next read
	dirty   []*Conn
	piece   []byte // of a file, on its way
	spare   spare
}

// Of is the net module of an environment, made on first use.
func Of(env *node.Env) *Net {
	return node.Slot(env, func() *Net {
		n := &Net{env: env, kind: env.EventKind("net"), buf: make([]byte, readBufferSize)}
		env.AfterTurn(n.flush)
		env.OnIO(n.flushDirty)
		env.AtExit(n.closeAll)
		env.OnCut(n.cut)
		return n
	})
}

func (n *Net) event(id uint32, what, a, b int32) { n.env.Queue.Event(n.kind, int32(id), what, a, b) }

// flush takes what JavaScript wrote to the connections it was written to, and then
// writes each of them once.
func (n *Net) flush() {
	if n.env.Isolate == nil {
		n.flushDirty()
		return
	}
	data, records := n.env.Isolate.Output()
	for i := 0; i < len(records); i++ {
		r := &records[i]
		c := n.handles.conn(r.Target)
		if c == nil {
			continue
		}
		p := data[r.Off : r.Off+r.Len]
		if body := r.Body(); body != nil {
			behind := r.Len - uint64(r.Tail)
			if behind > 0 {
				c.put(r, p[:behind], 0)
			}
			if r.Tail == 0 {
				c.put(r, body, r.Flags)
				continue
			}
			c.put(r, body, 0)
			p = p[behind:]
		}
		c.put(r, p, r.Flags)
	}
	n.flushDirty()
	if len(records) > 0 {
		n.env.Isolate.ResetOutput()
	}
}

// put takes a piece of a record to whoever it is for.
func (c *Conn) put(r *v8.Record, p []byte, flags uint32) {
	if c.answerer != nil && r.Seq != 0 {
		c.answerer.Answer(r.Seq, p, flags)
	} else {
		c.Write(p, flags&1 != 0)
	}
}

// Drop forgets the records at the end of c's output that have n bytes together.
func (n *Net) Drop(c *Conn, bytes uint64) {
	_, records := n.env.Isolate.Output()
	for i := len(records) - 1; i >= 0 && bytes > 0; i-- {
		if r := &records[i]; r.Target == c.id {
			bytes -= min(bytes, r.Size())
			r.Target = 0 // nobody's
		}
	}
}

// flushDirty writes out every connection that has something to write.
func (n *Net) flushDirty() {
	for i := 0; i < len(n.dirty); i++ {
		c := n.dirty[i]
		n.dirty[i] = nil
		c.dirty = false
		c.flush()
	}
	n.dirty = n.dirty[:0]
}

// closeAll ends every connection and leaves every listener: the environment is over.
// A consumer that can still say something to its peer says it.
func (n *Net) closeAll() {
	n.leave(func(*Conn) bool { return true })
	for i := range n.handles.entries {
		e := &n.handles.entries[i]
		switch {
		case e.server != nil:
			e.server.Close()
		case e.conn == nil || e.conn.closed:
		case e.conn.fd > 2 || e.conn.sink != nil:
			e.conn.Close()
		}
	}
	// No turn will do it: what consumers have of others (an exchange of the edge) goes back.
	for n.env.FinishClosing() {
	}
}

// leave lets the consumers of connections say what they still can. It comes before
// anything is closed: what is said on TLS goes out on the connection below, which may
// come first in the table.
func (n *Net) leave(which func(c *Conn) bool) {
	n.Conns(func(c *Conn) {
		if l, ok := c.consumer.(interface{ Leave() }); ok && !c.closed && which(c) {
			l.Leave()
		}
	})
}

// cut ends the connections that left HTTP, or the others, after what can still be said.
// JavaScript sees them close as if the peer had closed them.
func (n *Net) cut(upgraded bool) {
	meant := func(c *Conn) bool {
		d := c.descriptor() // what is counted is what was accepted, below TLS
		return d.counted && !d.closed && d.upgraded == upgraded
	}
	n.leave(meant)
	n.Conns(func(c *Conn) {
		if c == c.descriptor() && c.fd > 2 && !c.closed && meant(c) {
			_ = unix.Shutdown(c.fd, unix.SHUT_RDWR)
		}
	})
}

// handleTable maps ids to connections and servers. An id is a slot and a
// generation, so that a late use of an old id finds nothing.
type handleTable struct {
	entries []handleEntry
	free    []uint32
}

type handleEntry struct {
	gen    uint32
	conn   *Conn
	server *Server
}

const (
	slotBits = 20
	slotMask = 1<<slotBits - 1
	genMask  = 1<<(31-slotBits) - 1 // ids stay below 2^31: small integers in JavaScript
)

func (t *handleTable) add(c *Conn, s *Server) uint32 {
	var slot uint32
	if n := len(t.free); n > 0 {
		slot = t.free[n-1]
		t.free = t.free[:n-1]
	} else {
		slot = uint32(len(t.entries))
		t.entries = append(t.entries, handleEntry{gen: 1})
	}
	e := &t.entries[slot]
	e.conn, e.server = c, s
	return e.gen<<slotBits | slot
}

func (t *handleTable) remove(id uint32) {
	e := &t.entries[id&slotMask]
	e.conn, e.server = nil, nil
	e.gen = e.gen&genMask + 1
	if e.gen > genMask {
		e.gen = 1
	}
	t.free = append(t.free, id&slotMask)
}

func (t *handleTable) entry(id uint32) *handleEntry {
	slot := id & slotMask
	if int(slot) >= len(t.entries) || t.entries[slot].gen != id>>slotBits {
		return nil
	}
	return &t.entries[slot]
}

func (t *handleTable) conn(id uint32) *Conn {
	if e := t.entry(id); e != nil {
		return e.conn
	}
	return nil
}

func (t *handleTable) server(id uint32) *Server {
	if e := t.entry(id); e != nil {
		return e.server
	}
	return nil
}

// Conns calls f with every connection.
func (n *Net) Conns(f func(c *Conn)) {
	for i := range n.handles.entries {
		if c := n.handles.entries[i].conn; c != nil {
			f(c)
		}
	}
}

// Conn finds a connection by id; nil when it is gone.
func (n *Net) Conn(id uint32) *Conn { return n.handles.conn(id) }

// Server finds a listener by id; nil when it is gone.
func (n *Net) Server(id uint32) *Server { return n.handles.server(id) }

// Module is internalBinding('net').
var Module = node.Module{Name: "net", New: func(env *node.Env) map[string]v8.Func {
	n := Of(env)
	// What has nothing to do with what goes out leaves what JavaScript wrote before alone.
	look := func(f func(c *v8.Call, conn *Conn)) v8.Func {
		return func(c *v8.Call) {
			if conn := n.handles.conn(uint32(c.Int64(0))); conn != nil {
				f(c, conn)
			}
		}
	}
	onConn := func(f func(c *v8.Call, conn *Conn)) v8.Func {
		then := look(f)
		return func(c *v8.Call) {
			env.Flush() // what JavaScript wrote before comes first
			then(c)
		}
	}
	onServer := func(f func(c *v8.Call, s *Server)) v8.Func {
		return func(c *v8.Call) {
			if s := n.handles.server(uint32(c.Int64(0))); s != nil {
				f(c, s)
			}
		}
	}
	listen := func(c *v8.Call, s *Server, err error) {
		if err != nil {
			c.Throw(err)
			return
		}
		c.Return([]int{int(s.id), s.fd})
	}
	connect := func(c *v8.Call, conn *Conn, err error) {
		if err != nil {
			c.Throw(err)
			return
		}
		c.Return(conn.id)
	}
	address := func(c *v8.Call, a Address, err error) {
		if err == nil {
			c.Return(a.values())
		}
	}
	path := func(c *v8.Call, i int) string {
		if c.Len() > i {
			return c.String(i)
		}
		return ""
	}
	return map[string]v8.Func{
		"listenTCP": func(c *v8.Call) {
			s, err := n.ListenTCP(c.String(0), c.Int(1), c.Int(2), c.Int(3)&1 != 0, c.Int(3)&2 != 0, c.Int(3)&4 != 0)
			listen(c, s, err)
		},
		"listenUnix": func(c *v8.Call) {
			s, err := n.ListenUnix(c.String(0), c.Int(1), uint32(c.Int(2)), c.Bool(3))
			listen(c, s, err)
		},
		"listenFd": func(c *v8.Call) {
			s, err := n.ListenFd(c.Int(0), c.Int(1), path(c, 2))
			listen(c, s, err)
		},
		"bindTCP":        bind,
		"bindUnix":       bindPath,
		"boundName":      func(c *v8.Call) { a, err := sockname(c.Int(0)); address(c, a, err) },
		"closeBound":     closeBound,
		"serverClose":    onServer(func(c *v8.Call, s *Server) { s.Close() }),
		"serverRef":      onServer(func(c *v8.Call, s *Server) { s.SetRef(c.Bool(1)) }),
		"serverPause":    onServer(func(c *v8.Call, s *Server) { s.Pause(c.Bool(1)) }),
		"serverShared":   onServer(func(c *v8.Call, s *Server) { c.Return(s.shared != nil) }),
		"serverLimit":    onServer(func(c *v8.Call, s *Server) { c.Return(s.Limit(c.Int(1), c.Bool(2))) }),
		"serverSockname": onServer(func(c *v8.Call, s *Server) { a, err := sockname(s.fd); address(c, a, err) }),
		"connectTCP": func(c *v8.Call) {
			conn, err := n.ConnectTCP(c.String(0), c.Int(1), c.String(2), c.Int(3), c.Int(4))
			connect(c, conn, err)
		},
		"connectUnix": func(c *v8.Call) { conn, err := n.ConnectUnix(c.String(0), c.Int(1)); connect(c, conn, err) },
		"handleType":  func(c *v8.Call) { c.Return(handleType(c.Int(0))) },
		"openFd":      func(c *v8.Call) { conn, err := n.OpenFd(c.Int(0)); connect(c, conn, err) },

		"readStart":    look(func(c *v8.Call, conn *Conn) { conn.ReadStart() }),
		"readStop":     look(func(c *v8.Call, conn *Conn) { conn.ReadStop() }),
		"shutdown":     onConn(func(c *v8.Call, conn *Conn) { conn.ShutdownTelling() }),
		"close":        onConn(func(c *v8.Call, conn *Conn) { conn.Close() }),
		"reset":        onConn(func(c *v8.Call, conn *Conn) { conn.Reset() }),
		"setRef":       look(func(c *v8.Call, conn *Conn) { conn.SetRef(c.Bool(1)) }),
		"setNoDelay":   onConn(func(c *v8.Call, conn *Conn) { conn.setsockopt(unix.IPPROTO_TCP, unix.TCP_NODELAY, c.Bool(1)) }),
		"setKeepAlive": onConn(func(c *v8.Call, conn *Conn) { conn.SetKeepAlive(c.Bool(1), c.Int(2)) }),
		"setTypeOfService": onConn(func(c *v8.Call, conn *Conn) {
			if err := unix.SetsockoptInt(conn.descriptor().fd, unix.IPPROTO_IP, unix.IP_TOS, c.Int(1)); err != nil {
				c.Throw(node.SystemError("setTypeOfService", err, "", ""))
			}
		}),
		"getTypeOfService": look(func(c *v8.Call, conn *Conn) {
			v, err := unix.GetsockoptInt(conn.descriptor().fd, unix.IPPROTO_IP, unix.IP_TOS)
			if err != nil {
				c.Throw(node.SystemError("getTypeOfService", err, "", ""))
				return
			}
			c.Return(v)
		}),
		"peername": look(func(c *v8.Call, conn *Conn) { a, err := peername(conn.descriptor().fd); address(c, a, err) }),
		"sockname": look(func(c *v8.Call, conn *Conn) { a, err := sockname(conn.descriptor().fd); address(c, a, err) }),
		// commit sends at once what was written: 0 when the kernel took everything, a
		// negative errno, or what is left, which will be told by an event.
		"commit":       onConn(func(c *v8.Call, conn *Conn) { c.Return(conn.commit()) }),
		"queued":       onConn(func(c *v8.Call, conn *Conn) { c.Return(conn.Queued()) }),
		"bytesRead":    look(func(c *v8.Call, conn *Conn) { c.Return(conn.bytesRead) }),
		"bytesWritten": onConn(func(c *v8.Call, conn *Conn) { c.Return(conn.bytesWritten) }),
		// bufferSizes is [send, receive], of a socket.
		"bufferSizes": look(func(c *v8.Call, conn *Conn) {
			send, err := unix.GetsockoptInt(conn.fd, unix.SOL_SOCKET, unix.SO_SNDBUF)
			if err != nil {
				return
			}
			if receive, err := unix.GetsockoptInt(conn.fd, unix.SOL_SOCKET, unix.SO_RCVBUF); err == nil {
				c.Return([]int{send, receive})
			}
		}),
		"fd": look(func(c *v8.Call, conn *Conn) { c.Return(conn.descriptor().fd) }),
	}
}}
