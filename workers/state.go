package workers

// state is where a worker is in its life.
type state int32

const (
	// starting: the application is being loaded, or has not listened yet.
	starting state = iota
	// serving: it gets connections.
	serving
	// draining: it gets no more connections, and ends with its last one.
	draining
	// ending: it was told to end, and its JavaScript is being cut off.
	ending
	// ended: nothing is left of it.
	ended
)

var stateNames = [...]string{"starting", "serving", "draining", "ending", "ended"}

func (s state) String() string { return stateNames[s] }

// follows is the table of a worker's life: which states may follow each.
var follows = [...][]state{
	starting: {serving, draining, ending, ended},
	serving:  {draining, ending, ended},
	draining: {ending, ended},
	ending:   {ended},
	ended:    {},
}

// to moves the worker to the state and reports whether it was allowed.
func (w *worker) to(next state) bool {
	for {
		now := w.state.Load()
		ok := false
		for _, s := range follows[now] {
			ok = ok || s == next
		}
		if !ok {
			return false
		}
		if w.state.CompareAndSwap(now, int32(next)) {
			return true
		}
	}
}

func (w *worker) is(s state) bool { return state(w.state.Load()) == s }
