package workers

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A parent process keeps the listening sockets and starts the process that serves
// again, when something has ended it that no worker can be ended for: V8 ends the
// process when one allocation is too large for it.
//
// The two talk over a socket of packets. Each packet is a word, a space and a key; the
// listening socket comes with it where there is one:
//
//	child to parent: keep KEY (with the socket), drop KEY, ready
//	parent to child: have KEY (with the socket), begin
const parentVariable = "SLUICE_PARENT_FD"

const maxPacket = 64 << 10

func send(fd int, word, key string, socket int) error {
	var rights []byte
	if socket >= 0 {
		rights = unix.UnixRights(socket)
	}
	return unix.Sendmsg(fd, []byte(word+" "+key), rights, nil, 0)
}

// receive returns a packet and the socket that came with it, -1 without one.
func receive(fd int, buf []byte) (word, key string, socket int, err error) {
	oob := make([]byte, unix.CmsgSpace(4*4))
	n, oobn, _, _, err := unix.Recvmsg(fd, buf, oob, unix.MSG_CMSG_CLOEXEC)
	for err == unix.EINTR {
		n, oobn, _, _, err = unix.Recvmsg(fd, buf, oob, unix.MSG_CMSG_CLOEXEC)
	}
	if err != nil {
		return "", "", -1, err
	}
	if n == 0 {
		return "", "", -1, io.EOF
	}
	socket = -1
	if oobn > 0 {
		messages, err := unix.ParseSocketControlMessage(oob[:oobn])
		if err != nil {
			return "", "", -1, err
		}
		for i := range messages {
			if fds, err := unix.ParseUnixRights(&messages[i]); err == nil && len(fds) > 0 {
				socket = fds[0]
				closeAll(fds[1:])
			}
		}
	}
	for i := range n {
		if buf[i] == ' ' {
			return string(buf[:i]), string(buf[i+1 : n]), socket, nil
		}
	}
	return "", "", socket, errors.New("a packet without a word")
}

// parent is the state of the parent process.
type parent struct {
	log  io.Writer
	kept map[string]int // sockets by key; of the goroutine that reads the child's packets

	mu       sync.Mutex
	child    *os.Process
	stopping bool
}

// Supervise runs this program again as a child, with the same arguments, and again
// whenever it ends in a way that it should not. It returns the exit code.
func Supervise(program string, args []string, log io.Writer) int {
	runtime.LockOSThread() // the child gets a signal when this thread ends
	p := &parent{log: log, kept: map[string]int{}}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2)
	go p.forward(signals)
	failures := 0
	for {
		began := time.Now()
		ready, state, err := p.run(program, args)
		if err != nil {
			fmt.Fprintf(log, "sluice: %v\n", err)
			return 1
		}
		p.mu.Lock()
		stopping := p.stopping
		p.mu.Unlock()
		status, _ := state.Sys().(syscall.WaitStatus)
		if stopping || state.Success() || !ready {
			if status.Signaled() {
				return 128 + int(status.Signal())
			}
			return state.ExitCode()
		}
		if time.Since(began) > stable {
			failures = 0
		}
		delay := time.Duration(0)
		if failures > 0 {
			delay = min(maxBackOff, firstBackOff<<min(failures-1, 20))
		}
		failures++
		fmt.Fprintf(log, "sluice: the process ended: %v; a new one starts in %v, clients wait\n", state, delay)
		time.Sleep(delay)
	}
}

func (p *parent) forward(signals chan os.Signal) {
	for s := range signals {
		p.mu.Lock()
		if s == syscall.SIGTERM || s == syscall.SIGINT {
			p.stopping = true
		}
		if p.child != nil {
			_ = p.child.Signal(s)
		} else if p.stopping {
			os.Exit(128 + int(s.(syscall.Signal)))
		}
		p.mu.Unlock()
	}
}

// run runs one child to its end.
func (p *parent) run(program string, args []string) (ready bool, state *os.ProcessState, err error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return false, nil, err
	}
	defer unix.Close(pair[0])
	theirs := os.NewFile(uintptr(pair[1]), "child")
	cmd := exec.Command(program, args...)
	cmd.Args[0] = os.Args[0]
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.ExtraFiles = []*os.File{theirs}
	cmd.Env = append(os.Environ(), parentVariable+"=3")
	cmd.SysProcAttr = childAttributes()
	if err := cmd.Start(); err != nil {
		theirs.Close()
		return false, nil, err
	}
	theirs.Close()
	p.mu.Lock()
	p.child = cmd.Process
	p.mu.Unlock()
	listened := make(chan bool)
	go func() { listened <- p.listen(pair[0]) }()
	_ = cmd.Wait()
	p.mu.Lock()
	p.child = nil
	p.mu.Unlock()
	return <-listened, cmd.ProcessState, nil
}

// listen gives the child what is kept and does what it says until it ends.
func (p *parent) listen(fd int) (ready bool) {
	for key, socket := range p.kept {
		if send(fd, "have", key, socket) != nil {
			return false
		}
	}
	if send(fd, "begin", "", -1) != nil {
		return false
	}
	buf := make([]byte, maxPacket)
	for {
		word, key, socket, err := receive(fd, buf)
		if err != nil {
			return ready
		}
		switch word {
		case "keep":
			p.drop(key)
			p.kept[key] = socket
		case "drop":
			p.drop(key)
		case "ready":
			ready = true
		}
	}
}

func (p *parent) drop(key string) {
	if socket, ok := p.kept[key]; ok {
		_ = unix.Close(socket)
		delete(p.kept, key)
	}
}

// parentSockets is the child's end.
type parentSockets struct {
	fd int

	mu   sync.Mutex
	have map[string]int
}

// ParentSockets are the sockets that a parent process keeps for this one; nil when
// there is no such parent. Its variable is taken out of the environment.
func ParentSockets() (Sockets, error) {
	text := os.Getenv(parentVariable)
	if text == "" {
		return nil, nil
	}
	_ = os.Unsetenv(parentVariable)
	fd, err := strconv.Atoi(text)
	if err != nil {
		return nil, fmt.Errorf("%s is not a number: %q", parentVariable, text)
	}
	unix.CloseOnExec(fd)
	s := &parentSockets{fd: fd, have: map[string]int{}}
	buf := make([]byte, maxPacket)
	for {
		word, key, socket, err := receive(fd, buf)
		if err != nil {
			return nil, fmt.Errorf("the parent process: %w", err)
		}
		if word == "begin" {
			return s, nil
		}
		if err := unix.SetNonblock(socket, true); err == nil {
			s.have[key] = socket
		}
	}
}

// Take implements Sockets.
func (s *parentSockets) Take(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	fd, ok := s.have[key]
	if !ok {
		return -1
	}
	delete(s.have, key)
	return fd
}

// Keep implements Sockets.
func (s *parentSockets) Keep(key string, fd int) error { return send(s.fd, "keep", key, fd) }

// Drop implements Sockets.
func (s *parentSockets) Drop(key string) { _ = send(s.fd, "drop", key, -1) }

// Ready implements Sockets. What the new process did not take nobody listens on.
func (s *parentSockets) Ready() {
	_ = send(s.fd, "ready", "", -1)
}
