package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Memory at rest. A connection's is the difference between a server that has answered
// and forgotten a few connections, and the same one with very many that are idle. What
// the first requests of a process bring, pages of the program and compiled code, is in
// both, for every runtime alike.
const (
	idleConnections = 10000
	warmUp          = 1000 // requests before, over connections that are closed
	warmUpTogether  = 100
	calmFor         = 5 * time.Second  // after them
	idleFor         = 10 * time.Second // of the connections
	stillOpen       = 100              // every so manieth is asked again at the end
)

// atRest measures all runtimes, each from a copy of its program: how much of a file is
// mapped at one go depends on how it was written, and a linker writes other than
// whoever installs it.
func atRest(o settings, rts []runtime) ([]figure, error) {
	dir, err := os.MkdirTemp("", "rest-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var copies []runtime
	for i, rt := range rts {
		path := filepath.Join(dir, fmt.Sprint(i), filepath.Base(rt.argv[0]))
		if err := install(path, rt.argv[0]); err != nil {
			return nil, err
		}
		copies = append(copies, runtime{rt.name, append([]string{path}, rt.argv[1:]...)})
	}
	app := filepath.Join(o.apps, "hello.js")
	syscall.Sync() // the copies are on the disk, and not on their way to it, when they are measured
	for _, rt := range copies {
		s, err := start(rt, app) // the first start of a copy is not what is measured
		if err != nil {
			return nil, fmt.Errorf("%s: %w", rt.name, err)
		}
		s.stop()
	}
	row, err := measure(copies, o.rounds, func(rt runtime) (figure, error) { return idle(rt, app) })
	if err != nil {
		return nil, err
	}
	for i, f := range row {
		fmt.Printf("%s, %d connections: first answer %.0f ms, %.0f MiB, %.1f KiB per connection that was just answered, %.1f after %v\n", rts[i].name, idleConnections, f.up, f.memory, f.perAnswered, f.perIdle, idleFor)
	}
	return row, nil
}

func install(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(struct{ io.Writer }{out}, in) // as bytes: a file that shares the other's pages is no copy
	if errClose := out.Close(); err == nil {
		err = errClose
	}
	return err
}

// idle measures a server at rest, and with many connections that have made one request
// and keep their connection.
func idle(rt runtime, app string) (figure, error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err == nil && limit.Cur < limit.Max {
		limit.Cur = limit.Max
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	}
	s, err := start(rt, app)
	if err != nil {
		return figure{}, err
	}
	defer s.stop()
	time.Sleep(500 * time.Millisecond)
	f := figure{up: s.up.Seconds() * 1e3, memory: s.resident() / 1024}
	for range warmUp / warmUpTogether {
		conns, err := open(warmUpTogether)
		if err == nil {
			err = ask(conns)
		}
		closeAll(conns)
		if err != nil {
			return f, err
		}
	}
	time.Sleep(calmFor)
	before := s.resident()
	conns, err := open(idleConnections)
	defer closeAll(conns)
	if err == nil {
		err = ask(conns)
	}
	if err != nil {
		return f, err
	}
	f.perAnswered = (s.resident() - before) / idleConnections
	time.Sleep(idleFor)
	f.perIdle = (s.resident() - before) / idleConnections
	for i := 0; i < len(conns); i += stillOpen {
		if err := ask(conns[i : i+1]); err != nil {
			return f, fmt.Errorf("the server has not kept it: %w", err)
		}
	}
	return f, nil
}

func open(n int) (conns []net.Conn, err error) {
	for i := range n {
		c, err := net.DialTimeout("tcp", address, 5*time.Second)
		if err != nil {
			return conns, fmt.Errorf("connection %d: %w", i, err)
		}
		conns = append(conns, c)
	}
	return conns, nil
}

func closeAll(conns []net.Conn) {
	for _, c := range conns {
		c.Close()
	}
}

// ask makes one request over each connection at the same time.
func ask(conns []net.Conn) error {
	for _, c := range conns {
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	buf := make([]byte, 4096)
	for i, c := range conns {
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, err := c.Read(buf); err != nil {
			return fmt.Errorf("connection %d: no answer: %w", i, err)
		}
	}
	return nil
}
