package workers

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/sluice-http/sluice/internal/loop"
	"github.com/sluice-http/sluice/internal/node"
	"golang.org/x/sys/unix"
)

// acceptor owns the listening sockets and accepts for all workers. It has a loop of
// its own, so that connections come in whatever the workers do.
type acceptor struct {
	pool *Pool
	loop *loop.Loop
	done chan struct{}

	mu        sync.Mutex // guards all below, and the members and anyPort of workers
	listeners map[string]*listener
	closed    bool
	count     int            // connections that are open
	byAddress map[string]int // where there is a limit for each address
	full      bool           // somebody waits for one to close
	refused   int64          // connections whose address had too many
}

// given is a connection on its way to a worker.
type given struct {
	fd      int
	address string // that it counts for, where there is a limit for each
}

// listener is one listening socket.
type listener struct {
	a       *acceptor
	key     string
	fd      int
	path    string
	lent    bool // the socket is somebody else's too
	copied  bool // others may have a copy of the descriptor, and listen on
	members []*member
	next    int     // the member that is looked at first: the one behind who was given one last
	held    int     // replacements of members that were lost: it stays open for them
	waiting []given // that no member had room for
	watched bool    // in epoll
	closed  bool
	retry   loop.Deadline
}

// member is a worker's part of a listener.
type member struct {
	l        *listener
	w        *worker
	accepted func(fd int, gone func())
	paused   bool
	gone     bool
	given    []given
	count    int  // connections that it was given and that are open
	limit    int  // of count; negative: none
	soft     bool // what is too many for all comes all the same
}

const (
	// acceptBatch bounds how many connections are taken from one listener at a time.
	acceptBatch = 64
	// acceptRetry is how long accepting rests, in milliseconds, when the system has no
	// descriptors or memory left.
	acceptRetry = 100
)

func newAcceptor(p *Pool) (*acceptor, error) {
	l, err := loop.New()
	if err != nil {
		return nil, err
	}
	a := &acceptor{pool: p, loop: l, done: make(chan struct{}), listeners: map[string]*listener{}}
	go a.run()
	return a, nil
}

func (a *acceptor) run() {
	defer close(a.done)
	for {
		if err := a.loop.Poll(-1); err != nil {
			a.pool.logf("accepting: %v", err)
			return
		}
		a.mu.Lock()
		over := a.closed
		a.mu.Unlock()
		if over {
			a.loop.Close()
			return
		}
	}
}

// close closes every listener and ends the goroutine.
func (a *acceptor) close() {
	a.closeListeners(true)
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	a.loop.Wake()
	<-a.done
}

// closeListeners closes every listener, once what the kernel has connected already is
// accepted if that is wanted.
func (a *acceptor) closeListeners(accept bool) {
	finished := make(chan struct{})
	a.loop.Post(func() {
		defer close(finished)
		a.mu.Lock()
		all := make([]*listener, 0, len(a.listeners))
		for _, l := range a.listeners {
			all = append(all, l)
		}
		a.mu.Unlock()
		for _, l := range all {
			for accept && l.acceptSome() {
			}
			a.mu.Lock()
			l.close()
			a.mu.Unlock()
		}
	})
	select {
	case <-finished:
	case <-a.done:
	}
}

// join makes w a member of the listener that r asks for.
func (a *acceptor) join(w *worker, r node.ListenRequest) (*member, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return nil, unix.EADDRNOTAVAIL
	}
	key := r.Key
	if r.AnyPort {
		// The first such listener of every worker is one, the second another.
		if w.anyPort == nil {
			w.anyPort = map[string]int{}
		}
		w.anyPort[key]++
		key = fmt.Sprintf("%s #%d", key, w.anyPort[key])
	}
	l := a.listeners[key]
	if l != nil && slices.ContainsFunc(w.members, func(m *member) bool { return m.l == l && !m.gone }) {
		return nil, unix.EADDRINUSE
	}
	if l == nil {
		fd, lent, err := a.open(key, r)
		if err != nil {
			return nil, err
		}
		l = &listener{a: a, key: key, fd: fd, path: r.Path, lent: lent, copied: r.Copied}
		l.retry.Expired = l.update
		a.listeners[key] = l
	}
	m := &member{l: l, w: w, accepted: r.Accepted, limit: -1}
	l.members = append(l.members, m)
	w.members = append(w.members, m)
	a.loop.Post(l.update)
	return m, nil
}

func (a *acceptor) open(key string, r node.ListenRequest) (fd int, lent bool, err error) {
	if listen := a.pool.opts.Listen; listen != nil && r.Network != "" {
		if fd, err := listen(r.Network, r.Address); err != nil {
			a.pool.warnf("%s %s is refused: %v", r.Network, r.Address, err)
			errno := unix.EACCES // what JavaScript gets is a system error
			errors.As(err, &errno)
			return -1, false, errno
		} else if fd >= 0 {
			return fd, true, nil
		}
	}
	s := a.pool.opts.Sockets
	if s == nil {
		fd, err = r.Open()
		return fd, false, err
	}
	if fd := s.Take(key); fd >= 0 {
		return fd, false, nil
	}
	fd, err = r.Open()
	if err == nil {
		if err := s.Keep(key, fd); err != nil {
			a.pool.logf("the parent process does not keep %s: %v", key, err)
		}
	}
	return fd, false, err
}

// addresses are those that the pool listens on.
func (a *acceptor) addresses() (all []net.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(a.listeners)) {
		// While it is in the table the descriptor is open.
		sa, err := unix.Getsockname(a.listeners[key].fd)
		if err != nil {
			continue
		}
		switch sa := sa.(type) {
		case *unix.SockaddrInet4:
			all = append(all, &net.TCPAddr{IP: sa.Addr[:], Port: sa.Port})
		case *unix.SockaddrInet6:
			all = append(all, &net.TCPAddr{IP: sa.Addr[:], Port: sa.Port})
		case *unix.SockaddrUnix:
			all = append(all, &net.UnixAddr{Name: sa.Name, Net: "unix"})
		}
	}
	return all
}

// FD implements node.Listener.
func (m *member) FD() int { return m.l.fd }

// Close implements node.Listener. A worker that ends does not leave: its listeners may
// be kept for its replacement.
func (m *member) Close() {
	if m.w.is(ending) {
		return
	}
	a := m.l.a
	a.mu.Lock()
	defer a.mu.Unlock()
	m.leave()
	m.l.closeIfLast()
}

// Pause implements node.Listener.
func (m *member) Pause(on bool) {
	a := m.l.a
	a.mu.Lock()
	m.paused = on
	a.mu.Unlock()
	a.loop.Post(m.l.update)
}

// leave takes the member out; what it was given stays its own.
func (m *member) leave() {
	if m.gone {
		return
	}
	m.gone = true
	is := func(o *member) bool { return o == m }
	m.l.members = slices.DeleteFunc(m.l.members, is)
	if len(m.given) == 0 {
		m.w.members = slices.DeleteFunc(m.w.members, is)
	}
}

// lost takes a worker out of its listeners because it has ended. With hold they stay
// open for its replacement; release is to be called then.
func (a *acceptor) lost(w *worker, hold bool) (held []*listener) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, m := range slices.Clone(w.members) {
		l := m.l
		left := m.gone
		m.leave()
		if hold && !left {
			l.held++
			held = append(held, l)
		}
		// Nobody has looked at these: they go to another worker.
		all := m.given
		m.given = nil
		for _, g := range all {
			m.count--
			l.pass(g)
		}
		l.closeIfLast()
		a.loop.Post(l.update)
	}
	return held
}

// withdraw makes the worker get no more connections.
func (a *acceptor) withdraw(w *worker) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, m := range slices.Clone(w.members) {
		m.leave()
		m.l.closeIfLast()
		a.loop.Post(m.l.update)
	}
}

// release ends holds that lost made.
func (a *acceptor) release(held []*listener) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, l := range held {
		l.held--
		l.closeIfLast()
	}
}

// joined says whether the worker listens on everything that the other does.
func (a *acceptor) joined(w *worker, like []*listener) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, l := range like {
		if !l.closed && !slices.ContainsFunc(l.members, func(m *member) bool { return m.of(w) }) {
			return false
		}
	}
	return true
}

// listenersOf are the listeners that the worker, or a fork of it behind the edge, is a
// member of.
func (a *acceptor) listenersOf(w *worker) (all []*listener) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, l := range a.listeners {
		if slices.ContainsFunc(l.members, func(m *member) bool { return m.of(w) }) {
			all = append(all, l)
		}
	}
	return all
}

func (l *listener) closeIfLast() {
	if len(l.members) == 0 && l.held == 0 {
		l.close()
	}
}

// close closes the socket; the acceptor's lock is held.
func (l *listener) close() {
	if l.closed {
		return
	}
	l.closed = true
	delete(l.a.listeners, l.key)
	for _, g := range l.waiting {
		l.a.refuse(g)
	}
	l.waiting = nil
	if s := l.a.pool.opts.Sockets; s != nil {
		s.Drop(l.key)
	}
	// The loop's own goroutine takes it out of epoll and closes it: until then the
	// number must not be used again.
	if !l.lent {
		if l.path != "" {
			_ = os.Remove(l.path)
		}
		// Whoever connects from now on is refused, though the descriptor is open still.
		if !l.copied {
			_ = unix.Shutdown(l.fd, unix.SHUT_RD)
		}
	}
	l.a.loop.Post(func() {
		if l.watched {
			l.a.loop.Remove(l.fd)
		}
		l.a.loop.StopDeadline(&l.retry)
		_ = unix.Close(l.fd)
	})
}

// update watches the socket while somebody takes what it accepts. It runs on the
// acceptor's goroutine.
func (l *listener) update() {
	l.a.mu.Lock()
	defer l.a.mu.Unlock()
	if l.closed {
		return
	}
	for len(l.waiting) > 0 && l.give(l.waiting[0]) {
		l.waiting = l.waiting[1:]
	}
	want := slices.ContainsFunc(l.members, (*member).wants) && !l.a.isFull()
	switch {
	case want == l.watched:
	case want:
		if err := l.a.loop.Add(l.fd, loop.Readable, l); err != nil {
			l.a.pool.logf("%s: %v", l.key, err)
			return
		}
		l.watched = true
	default:
		l.a.loop.Remove(l.fd)
		l.watched = false
	}
}

func (m *member) wants() bool { return (m.soft || !m.full()) && !m.paused && m.w.is(serving) }

// full says whether the member has as many connections as it takes.
func (m *member) full() bool { return m.limit >= 0 && m.count >= m.limit }

// Limit implements node.Listener.
func (m *member) Limit(n int, soft bool) {
	a := m.l.a
	a.mu.Lock()
	m.limit, m.soft = n, soft
	a.mu.Unlock()
	a.loop.Post(m.l.update)
}

// refresh looks again at whether the worker takes connections.
func (a *acceptor) refresh(w *worker) {
	for _, l := range a.listenersOf(w) {
		a.loop.Post(l.update)
	}
}

// Ready implements loop.Handler.
func (l *listener) Ready(loop.Events) {
	l.acceptSome()
	l.update()
}

// acceptSome accepts what there is, up to a batch, and reports whether there may be more.
func (l *listener) acceptSome() bool {
	for range acceptBatch {
		l.a.mu.Lock()
		over := l.closed || !slices.ContainsFunc(l.members, (*member).wants) || l.a.isFull()
		l.a.mu.Unlock()
		if over {
			return false
		}
		fd, peer, err := unix.Accept4(l.fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		switch err {
		case nil:
		case unix.EINTR, unix.ECONNABORTED:
			continue
		case unix.EAGAIN:
			return false
		default:
			l.rest(err)
			return false
		}
		l.a.mu.Lock()
		if address, ok := l.a.counted(peer); ok {
			l.pass(given{fd, address})
		} else {
			_ = unix.Close(fd)
		}
		l.a.mu.Unlock()
	}
	return true
}

// rest stops accepting for a moment: clients wait in the kernel's queue.
func (l *listener) rest(err error) {
	l.a.pool.logEvery(time.Minute, "accept", "%s: accepting rests: %v", l.key, err)
	if l.watched {
		l.a.loop.Remove(l.fd)
		l.watched = false
	}
	l.a.loop.SetDeadline(&l.retry, l.a.loop.Now()+acceptRetry)
}

// pass hands a connection to a member, or makes it wait until one has room for it; the
// lock is held.
func (l *listener) pass(g given) {
	switch {
	case l.give(g):
	case !l.closed && slices.ContainsFunc(l.members, (*member).full):
		l.waiting = append(l.waiting, g)
	default:
		l.a.refuse(g)
	}
}

// refuse closes a connection that nobody takes; the lock is held.
func (a *acceptor) refuse(g given) {
	_ = unix.Close(g.fd)
	a.uncount(g.address)
}

// give hands a connection to the member with the least work; the lock is held. Equals
// take turns: else a client that makes one connection after the other has one worker.
func (l *listener) give(g given) bool {
	var best *member
	least, after, roomy := int64(math.MaxInt64), 0, false
	for i := range l.members {
		at := (l.next + i) % len(l.members)
		m := l.members[at]
		if !m.wants() {
			continue
		}
		// What is too many for all is for the one with the least work, which refuses it.
		if n, room := m.w.load(), !m.full(); room && !roomy || room == roomy && n < least {
			best, least, after, roomy = m, n, at+1, room
		}
	}
	if best == nil {
		return false
	}
	l.next = after
	best.given = append(best.given, g)
	best.count++
	env := best.w.env.Load()
	env.Work.Connections.Add(1)
	if len(best.given) == 1 && !env.Loop.PostIO(best.take) {
		// It has just ended: lost follows, and gives it to another.
		return true
	}
	return true
}

// busy is what a worker counts as having besides its connections while its JavaScript
// does not come back.
const busy = 1 << 32

// load is how much work the worker has: its connections, those with a request twice.
func (w *worker) load() int64 {
	work := &w.env.Load().Work
	n := work.Connections.Load() + work.Requests.Load()
	if w.watch.busy.Load() {
		n += busy
	}
	return n
}

// take gives the worker its connections. It runs on its loop.
func (m *member) take() {
	a := m.l.a
	a.mu.Lock()
	all := m.given
	m.given = nil
	// It may have said meanwhile that it takes less: the last ones go to others.
	for !m.soft && m.limit >= 0 && m.count > m.limit && len(all) > 0 {
		last := len(all) - 1
		m.count--
		m.w.env.Load().Work.Connections.Add(-1)
		m.l.pass(all[last])
		all = all[:last]
	}
	a.mu.Unlock()
	for _, g := range all {
		m.accepted(g.fd, func() { m.left(g) })
	}
}

// left is called when a connection of the member is closed.
func (m *member) left(g given) {
	a := m.l.a
	a.mu.Lock()
	defer a.mu.Unlock()
	a.uncount(g.address)
	wasFull := m.full()
	m.count--
	if wasFull && !m.full() {
		a.loop.Post(m.l.update)
	}
}
