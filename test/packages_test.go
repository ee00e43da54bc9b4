package test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A pairing is a server and a client of apps/packages that talk to each other. The client prints one line for each
// thing it does.
type pairing struct {
	name, server, client string
	env                  []string
}

var pairings = []pairing{
	{name: "axios", server: "peer.js", client: "axios.js"},
	{name: "got", server: "peer.js", client: "got.mjs"},
	{name: "superagent", server: "peer.js", client: "superagent.js"},
	{name: "node-fetch", server: "peer.js", client: "node-fetch.mjs"},
	{name: "undici", server: "peer.js", client: "undici.js"},
	{name: "supertest", server: "peer.js", client: "supertest.js"},
	{name: "ws", server: "ws.js", client: "ws.js"},
	{name: "socket.io", server: "socket.io.js", client: "socket.io.js"},
	{name: "http-proxy", server: "http-proxy.js", client: "raw.js", env: []string{"APP=http-proxy"}},
	{name: "middlewares", server: "middlewares.js", client: "raw.js", env: []string{"APP=middlewares"}},
	{name: "koa", server: "koa.js", client: "raw.js", env: []string{"APP=koa"}},
	{name: "fastify", server: "fastify.js", client: "raw.js", env: []string{"APP=fastify"}},
	{name: "hono", server: "hono.mjs", client: "raw.js", env: []string{"APP=hono"}},
}

// TestPackages runs packages from npm over real connections: what the client prints must be the same whichever
// runtime runs it, and whichever runs the server.
func TestPackages(t *testing.T) {
	dir := "apps/packages"
	install(t, dir)
	node, sluice := nodePath(t), sluicePath(t)
	limit := make(chan struct{}, runtime.NumCPU())
	for _, transport := range transports {
		for _, p := range pairings {
			t.Run(transport+"/"+p.name, func(t *testing.T) {
				t.Parallel()
				limit <- struct{}{}
				defer func() { <-limit }()
				env := append(transportEnv(t, transport), p.env...)
				run := func(server, client string) outcome {
					base, stop := serve(t, env, server, dir+"/servers/"+p.server)
					defer stop()
					return runClient(t, append(env, "BASE="+base), client, dir+"/clients/"+p.client)
				}
				oracle := func() outcome {
					want := run(node, node)
					if want.timedOut || want.code != "0" || want.stdout == "" {
						t.Fatalf("Node.js with itself: exit code %s\n%s\n%s", want.code, want.stdout, want.stderr)
					}
					if strings.Contains(want.stdout, "still waiting") {
						t.Fatalf("a step does not end under Node.js:\n%s", clip(want.stdout))
					}
					return want
				}
				want := oracle()
				for name, ends := range map[string][2]string{
					"Sluice's client, Node.js' server": {node, sluice},
					"Node.js' client, Sluice's server": {sluice, node},
					"Sluice with itself":               {sluice, sluice},
				} {
					got := run(ends[0], ends[1])
					// The packages have short times in them, which a busy machine mixes up: once more.
					for again := 0; again < 2 && got.stdout != want.stdout && got.code == want.code && !got.timedOut; again++ {
						want, got = oracle(), run(ends[0], ends[1])
					}
					compare(t, name+": standard output", want.stdout, got.stdout)
					if got.code != want.code || got.timedOut {
						t.Errorf("%s: exit code %s, standard error:\n%s", name, got.code, got.stderr)
					}
				}
			})
		}
	}
}

// serve starts a server that prints its address and ends when its standard input does.
func serve(t *testing.T, env []string, runtime string, args ...string) (base string, stop func() string) {
	t.Helper()
	cmd := exec.Command(runtime, args...)
	cmd.Env = append(plainEnv(), env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	late := time.AfterFunc(2*patience, func() { _ = cmd.Process.Kill() })
	base, err = lines.ReadString('\n')
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		t.Fatalf("%s %v did not print its address:\n%s", runtime, args, errs.String())
	}
	return strings.TrimSpace(base), func() string {
		_ = in.Close()
		rest, _ := io.ReadAll(lines)
		_ = cmd.Wait()
		late.Stop()
		return string(rest)
	}
}

// runClient runs a script to its end.
func runClient(t *testing.T, env []string, runtime string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, runtime, args...)
	cmd.Env = append(plainEnv(), env...)
	cmd.WaitDelay = 10 * time.Second
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	o := outcome{stdout: out.String(), stderr: errs.String(), code: "0", timedOut: ctx.Err() != nil}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		o.code = exit.ProcessState.String()
	} else if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("%s: %v", runtime, err)
	}
	return o
}
