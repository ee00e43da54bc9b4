package workers

import (
	"slices"
	"testing"

	"github.com/sluice-http/sluice/internal/node"
)

// spread is a listener with so many serving workers whose loops do not run.
func spread(t *testing.T, n int) *listener {
	t.Helper()
	l := &listener{}
	for range n {
		env, err := node.NewBare(node.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(env.Close)
		w := &worker{}
		w.env.Store(env)
		w.to(serving)
		l.members = append(l.members, &member{l: l, w: w, limit: -1})
	}
	return l
}

// give gives the listener n connections and says which members got them; after each,
// then is called.
func (l *listener) giveAll(t *testing.T, n int, then func(*member)) (got []int) {
	t.Helper()
	for fd := range n {
		if !l.give(given{fd: fd}) {
			t.Fatalf("nobody takes connection %d", fd)
		}
		at := slices.IndexFunc(l.members, func(m *member) bool { return len(m.given) > 0 && m.given[len(m.given)-1].fd == fd })
		got = append(got, at)
		if then != nil {
			then(l.members[at])
		}
	}
	return got
}

func (m *member) closed() { m.w.env.Load().Work.Connections.Add(-1) }

// TestEqualsTakeTurns: connections that come one after the other, each when the one
// before has closed, go round.
func TestEqualsTakeTurns(t *testing.T) {
	l := spread(t, 3)
	if got, want := l.giveAll(t, 7, (*member).closed), []int{0, 1, 2, 0, 1, 2, 0}; !slices.Equal(got, want) {
		t.Errorf("given to %v, want %v", got, want)
	}
	// Who takes none is passed over, and has its turn when it takes some again.
	l.members[2].paused = true
	if got, want := l.giveAll(t, 3, (*member).closed), []int{1, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("given to %v, want %v", got, want)
	}
	l.members[2].paused = false
	if got, want := l.giveAll(t, 2, (*member).closed), []int{2, 0}; !slices.Equal(got, want) {
		t.Errorf("given to %v, want %v", got, want)
	}
	// One that leaves while it was next.
	l.members[1].w.members = l.members[1:2:2]
	l.members[1].leave()
	l.next = len(l.members)
	if got, want := l.giveAll(t, 2, (*member).closed), []int{0, 1}; !slices.Equal(got, want) {
		t.Errorf("given to %v, want %v", got, want)
	}
}

// TestLeastWorkComesBeforeTurns: whose turn it is counts among equals only.
func TestLeastWorkComesBeforeTurns(t *testing.T) {
	l := spread(t, 3)
	l.members[0].w.env.Load().Work.Connections.Add(2)
	l.members[1].w.env.Load().Work.Requests.Add(1)
	if got, want := l.giveAll(t, 6, nil), []int{2, 1, 2, 0, 1, 2}; !slices.Equal(got, want) {
		t.Errorf("given to %v, want %v", got, want)
	}
	l.members[2].w.watch.busy.Store(true)
	if got, want := l.giveAll(t, 2, nil), []int{0, 1}; !slices.Equal(got, want) {
		t.Errorf("given to %v, want %v", got, want)
	}
}

// TestFullMembersArePassedOver: who has as many connections as it takes gets no more, and
// what nobody has room for waits until somebody has.
func TestFullMembersArePassedOver(t *testing.T) {
	l := spread(t, 3)
	l.members[0].limit, l.members[1].limit, l.members[2].limit = 0, 1, 2
	if got, want := l.giveAll(t, 3, nil), []int{1, 2, 2}; !slices.Equal(got, want) {
		t.Errorf("given to %v, want %v", got, want)
	}
	l.pass(given{fd: 7})
	if len(l.waiting) != 1 || slices.ContainsFunc(l.members, (*member).wants) {
		t.Fatalf("%d wait, want 1, and nobody wants more", len(l.waiting))
	}
	l.members[0].limit = 1
	if !l.give(l.waiting[0]) || len(l.members[0].given) != 1 {
		t.Error("the connection that waits is not given to who has room again")
	}
}

// TestSoftLimits: where a full server drops what is too many, as without cluster, those
// that are full are passed over while others have room, and nothing waits.
func TestSoftLimits(t *testing.T) {
	l := spread(t, 3)
	for i, m := range l.members {
		m.limit, m.soft = i, true
	}
	if got, want := l.giveAll(t, 3, nil), []int{1, 2, 2}; !slices.Equal(got, want) {
		t.Errorf("given to %v, want %v", got, want)
	}
	// All are full: the one with the least work has to say so.
	if got, want := l.giveAll(t, 2, nil), []int{0, 1}; !slices.Equal(got, want) {
		t.Errorf("given to %v, want %v", got, want)
	}
	l.pass(given{fd: 7})
	if len(l.waiting) != 0 {
		t.Errorf("%d wait", len(l.waiting))
	}
	l.members[2].limit = 3
	if got, want := l.giveAll(t, 1, nil), []int{2}; !slices.Equal(got, want) {
		t.Errorf("given to %v, want %v", got, want)
	}
}
