package node

import (
	"errors"
	"fmt"
	"time"

	"github.com/sluice-http/sluice/internal/v8"
)

// errExit says that JavaScript ended because of Exit.
var errExit = errors.New("node: exit")

// Run runs the main script and then the loop, until nothing keeps it alive or the
// process exits. It returns the exit code.
func (env *Env) Run() int {
	env.updateNow()
	defer env.profiling()()
	var err error
	if env.Isolate != nil {
		err = env.after(env.Isolate.Boot("internal/bootstrap"))
	}
	if err == nil {
		err = env.spin()
	}
	if err != nil && env.interrupts.cause.Load() != nil {
		return exitEnded
	}
	if err != nil && !errors.Is(err, errExit) {
		fmt.Fprintf(env.Stderr(), "sluice: %v\n", err)
		return 7
	}
	return env.exitCode
}

// after completes a crossing: what was written goes out, and an exit is noticed.
func (env *Env) after(err error) error {
	env.Flush()
	if env.exiting {
		return errExit
	}
	return err
}

func (env *Env) spin() error {
	env.updateNow()
	env.shared.LoopStart = env.shared.ClockBase + env.shared.Now
	for {
		for env.alive() {
			if err := env.turn(); err != nil {
				return err
			}
			if env.exiting {
				return errExit
			}
			if env.stopping {
				return env.leaveLoop()
			}
		}
		if env.Isolate == nil {
			return nil
		}
		// beforeExit may start new work.
		if _, err := env.Isolate.CallHook(v8.HookEvent, "beforeExit"); env.after(err) != nil {
			return env.after(err)
		}
		if env.alive() {
			continue
		}
		return env.leaveLoop()
	}
}

// leaveLoop tells the application that the loop is over.
func (env *Env) leaveLoop() error {
	if env.Isolate == nil {
		return nil
	}
	env.updateNow()
	env.shared.LoopExit = env.shared.ClockBase + env.shared.Now
	code, err := env.Isolate.CallHook(v8.HookEvent, "exit")
	if err := env.after(err); err != nil {
		return err
	}
	env.exitCode = int(code)
	return nil
}

func (env *Env) alive() bool {
	s := env.shared
	return env.Loop.Alive() || !env.Queue.Empty() || len(env.closing) > 0 || len(env.closers) > 0 ||
		(s.TimerAt != 0 && s.TimerRef != 0) || s.ImmediateReferenced > 0
}

// turn is one iteration of the loop, in libuv's order: timers, poll, immediates, closing.
func (env *Env) turn() error {
	if err := env.timers(); err != nil {
		return err
	}
	// Before sleeping: what JavaScript did since the last poll takes effect.
	if len(env.held) > 0 {
		env.readAgain()
	}
	env.tell()
	for _, f := range env.endTurn {
		f()
	}
	env.Flush()
	env.tell()
	if !env.alive() {
		return nil
	}
	if err := env.Loop.Poll(env.timeout()); err != nil {
		return fmt.Errorf("event loop: %w", err)
	}
	env.shared.Now = float64(env.Loop.Now())
	env.shared.Idle = float64(env.Loop.Idle()) / float64(time.Millisecond)
	env.shared.LoopCount++
	if err := env.deliver(); err != nil {
		return err
	}
	if env.shared.ImmediateCount > 0 {
		_, err := env.Isolate.CallHook(v8.HookImmediate)
		if err := env.after(err); err != nil {
			return err
		}
	}
	if env.Isolate != nil && env.Isolate.PumpTasks() {
		// What they left for later (ticks, microtasks) is done now.
		if _, err := env.Isolate.CallHook(v8.HookEvent, "tasks"); env.after(err) != nil {
			return env.after(err)
		}
	}
	if len(env.closing) > 0 || len(env.closers) > 0 {
		closing := env.closing
		env.closing = nil
		env.FinishClosing()
		for _, c := range closing {
			env.Queue.Call(c.cb, c.args...)
		}
		if err := env.deliver(); err != nil {
			return err
		}
	}
	return nil
}

func (env *Env) deliver() error {
	if env.Queue.Empty() {
		return nil
	}
	env.countWaits()
	env.tell()
	if env.Isolate == nil {
		env.Queue.Forget()
		env.Flush()
		return nil
	}
	return env.after(env.Queue.Deliver())
}

func (env *Env) timers() error {
	env.updateNow()
	s := env.shared
	if s.TimerAt == 0 || s.TimerAt > s.Now {
		return nil
	}
	s.TimerAt = 0
	next, err := env.Isolate.CallHookFloat(v8.HookTimers, s.Now)
	if err := env.after(err); err != nil {
		return err
	}
	// As Node's: the next expiry, negative when only unreferenced timers are left.
	if next != 0 {
		env.updateNow()
		at := next
		s.TimerRef = 1
		if next < 0 {
			at = -next
			s.TimerRef = 0
		}
		s.TimerAt = max(at, s.Now+1)
	}
	return nil
}

func (env *Env) updateNow() { env.shared.Now = float64(env.Loop.UpdateNow()) }

// timeout is how long the loop may sleep, in milliseconds; negative: for ever.
func (env *Env) timeout() int64 {
	s := env.shared
	if !env.Queue.Empty() || len(env.closing) > 0 || len(env.closers) > 0 || s.ImmediateCount > 0 {
		return 0
	}
	if s.TimerAt == 0 {
		return -1
	}
	return max(0, int64(s.TimerAt-s.Now))
}
