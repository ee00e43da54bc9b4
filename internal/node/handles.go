package node

// What the handles of the native modules (connections, listeners, datagram sockets) have
// in common: they close in two steps, and those that bring bytes are left alone for a
// while when JavaScript takes nothing.

// Closer is a handle that was closed, and of which something is left to do.
type Closer interface {
	// FinishClose tells JavaScript, and forgets the handle. It may queue events.
	FinishClose()
}

// Closing has FinishClose of a handle run in the closing phase of this turn, where libuv
// calls close callbacks.
func (env *Env) Closing(c Closer) { env.closers = append(env.closers, c) }

// FinishClosing does what Closing has put off, and reports whether that has closed more.
func (env *Env) FinishClosing() bool {
	closers := env.closers
	env.closers = nil
	for _, c := range closers {
		c.FinishClose()
	}
	return len(env.closers) > 0
}

// Source is a handle that brings bytes for JavaScript.
type Source interface {
	// ReadAgain goes on with a source that was held.
	ReadAgain()
}

// maxIntake is how much one source may bring while a turn of JavaScript lasts.
const maxIntake = 64 << 10

// Intake is what a source has brought during a turn of JavaScript, which takes nothing
// meanwhile. Its zero value has brought nothing.
type Intake struct {
	turn  uint64
	bytes int32
	held  bool
}

// Held says whether the source is not to be read until the turn is over.
func (i *Intake) Held() bool { return i.held }

// Took counts n bytes of a source, and reports whether that is more than a stand-in takes
// of one: then it is held.
func (env *Env) Took(s Source, i *Intake, n int) bool {
	if !env.standing || i.held {
		return false
	}
	if turn, _ := env.Turn(); turn != i.turn {
		i.turn, i.bytes = turn, 0
	}
	if i.bytes += int32(min(n, maxIntake)); i.bytes < maxIntake {
		return false
	}
	env.Hold(s, i)
	return true
}

// Hold leaves what a source would bring to the kernel until the turn is over.
func (env *Env) Hold(s Source, i *Intake) {
	i.held = true
	env.held = append(env.held, heldSource{s, i})
}

type heldSource struct {
	Source
	intake *Intake
}

// readAgain ends what Hold did.
func (env *Env) readAgain() {
	for n, s := range env.held {
		env.held[n] = heldSource{}
		s.intake.held = false
		s.ReadAgain()
	}
	env.held = env.held[:0]
}
