package childprocess

import (
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// spawnSync(…command, inputs, timeout, maxBuffer, killSignal) runs a program to its end and answers
// [error number, pid, code, signal, outputs]. inputs has the data for each stream, null for none.
// A timeout or maxBuffer of 0 is none.
func spawnSync(env *node.Env, c *v8.Call) {
	cmd := readCommand(c)
	run := &syncRun{max: c.Float(10), signal: syscall.Signal(c.Int(11)), stopped: make(chan struct{})}
	pid, ours, err := cmd.start()
	if err != nil {
		c.Return([]any{-int(node.Errno(err)), 0, v8.Null, 0, v8.Null})
		return
	}
	run.pid = pid
	inputs := c.ByteSlices(8)
	outputs := make([][]byte, len(ours))
	var streams sync.WaitGroup
	for i, f := range ours {
		if f == nil {
			continue
		}
		fd, err := take(f)
		if err != nil {
			continue
		}
		_ = unix.SetNonblock(fd, true)
		stream := os.NewFile(uintptr(fd), "pipe") // Go's poller waits for it, and Close ends waiting
		run.files = append(run.files, stream)
		if i < len(inputs) || i == 0 {
			var input []byte
			if i < len(inputs) {
				input = append(input, inputs[i]...)
			}
			streams.Go(func() { feed(stream, input) })
		}
		if i > 0 {
			streams.Go(func() { outputs[i] = run.collect(stream) })
		}
	}
	if timeout := c.Float(9); timeout > 0 {
		timer := time.AfterFunc(time.Duration(timeout*float64(time.Millisecond)), func() { run.stop(syscall.ETIMEDOUT) })
		defer timer.Stop()
	}
	var code, signal int
	env.Blocking(func() {
		over := make(chan struct{})
		defer close(over)
		go run.stopWith(env, over)
		code, signal = wait(pid)
		run.ended()
		done := make(chan struct{})
		go func() { streams.Wait(); close(done) }()
		select {
		case <-done:
		case <-run.stopped:
			// Its own children may hold the streams open for as long as they like.
			closeAll(run.files)
			<-done
		}
	})
	closeAll(run.files)
	out := make([]any, len(ours))
	for i := range ours {
		out[i] = v8.Null
		if ours[i] != nil && i > 0 {
			out[i] = append([]byte{}, outputs[i]...)
		}
	}
	var status any = code
	if signal != 0 {
		status = v8.Null
	}
	errno := 0
	if run.err != nil {
		errno = -int(node.Errno(run.err))
	}
	c.Return([]any{errno, pid, status, signal, out})
}

// syncRun is a program that somebody waits for.
type syncRun struct {
	pid    int
	max    float64
	signal syscall.Signal
	files  []*os.File

	mu      sync.Mutex
	gone    bool // has been waited for: its number is not its own any more
	err     error
	stopped chan struct{}
}

// stop ends the program because of err.
func (r *syncRun) stop(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return
	}
	r.err = err
	if !r.gone && syscall.Kill(r.pid, r.signal) != nil {
		_ = syscall.Kill(r.pid, syscall.SIGKILL)
	}
	close(r.stopped)
}

// stopWith ends the program when the environment that waits for it is ended.
func (r *syncRun) stopWith(env *node.Env, over <-chan struct{}) {
	select {
	case <-env.Ending():
		r.mu.Lock()
		r.signal = syscall.SIGKILL
		r.mu.Unlock()
		r.stop(syscall.EINTR)
	case <-over:
	}
}

func (r *syncRun) ended() {
	r.mu.Lock()
	r.gone = true
	r.mu.Unlock()
}

// feed writes the input and closes the writing side.
func feed(stream *os.File, input []byte) {
	_, _ = stream.Write(input) // a program that does not read its input may end without it
	if raw, err := stream.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = unix.Shutdown(int(fd), unix.SHUT_WR) })
	}
}

// collect reads to the end, or until there is more than is allowed.
func (r *syncRun) collect(stream *os.File) []byte {
	var out []byte
	buffer := make([]byte, 64<<10)
	for {
		n, err := stream.Read(buffer)
		out = append(out, buffer[:n]...)
		if r.max > 0 && float64(len(out)) > r.max {
			r.stop(syscall.ENOBUFS)
			return out // with what one read brought: Node does not cut it, either
		}
		if err != nil {
			return out // the end, or a stream that was closed because the program was stopped
		}
	}
}
