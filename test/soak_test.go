package test

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var soakTime = flag.Duration("soak", 0, "how long TestSoak lasts; 0: it is left out")

// TestSoak keeps a mixed load on a pool: uploads and their echoes, small, large and slow
// answers, upgraded connections, each of them checked, beside clients that vanish, drip and
// do not read. After the first sixth of the time (five minutes of thirty) the resident
// memory stays flat. The curve is printed. A request that fails while the whole machine
// stands still, or as it goes on, is counted apart: the deadlines of both ends have passed
// meanwhile, that of an idle connection among them.
func TestSoak(t *testing.T) {
	if *soakTime == 0 {
		t.Skip("-soak says how long")
	}
	p := startPool(t, "-w", "2")
	p.waitWorkers(2)
	begin := time.Now()
	end := begin.Add(*soakTime)
	var load sync.WaitGroup
	var right, failed, stalled atomic.Int64
	var still stillness
	load.Go(func() { still.watch(end) })
	for i := range 6 {
		load.Go(func() {
			c := soakClient{chaosClient{t: t, port: p.port, id: i}}
			for n := 0; time.Now().Before(end); n++ {
				asked := time.Now()
				err := c.turn(n)
				if err == nil {
					right.Add(1)
					continue
				}
				took := time.Since(asked)
				time.Sleep(5 * stillnessTick) // the watch may be the last to wake
				if still.since(asked.Add(-time.Second)) {
					stalled.Add(1)
				} else {
					failed.Add(1)
					t.Logf("after %v, client %d, request %d, asked %v before: %v", asked.Sub(begin).Round(time.Second), i, n, took, err)
				}
			}
			c.close()
		})
	}
	for range 2 {
		load.Go(func() { chaosVillain(p.port, end) })
	}
	const samples = 60
	var curve []int64
	for range samples {
		time.Sleep(*soakTime / samples)
		curve = append(curve, p.usage().memory>>20)
	}
	load.Wait()
	t.Logf("%d right, %d failed, %d failed while the machine stood still (%v in all); resident memory in MiB, %d samples: %v", right.Load(), failed.Load(), stalled.Load(), still.total(), samples, curve)
	if failed.Load() > 0 {
		t.Errorf("%d requests failed", failed.Load())
	}
	mean := func(values []int64) (sum float64) {
		for _, v := range values {
			sum += float64(v)
		}
		return sum / float64(len(values))
	}
	if early, late := mean(curve[samples/6:samples/3]), mean(curve[samples*5/6:]); late > early*1.1+5 {
		t.Errorf("resident memory grows: %.0f MiB, later %.0f MiB", early, late)
	}
}

// soakClient asks for one kind of thing after the other.
type soakClient struct{ chaosClient }

func (c *soakClient) turn(n int) error {
	switch n % 8 {
	case 1, 5:
		return c.read("/id", func(body string) bool { return len(body) == 36 })
	case 3:
		return c.read("/large", func(body string) bool { return len(body) == 1<<20 && strings.Trim(body, "x") == "" })
	case 6:
		return c.read("/later", func(body string) bool { return body == "begin end" })
	case 7:
		if n%64 == 7 {
			return c.upgraded()
		}
	}
	return c.ask(n)
}

// read is a GET.
func (c *soakClient) read(target string, right func(body string) bool) error {
	if err := c.open(); err != nil {
		return err
	}
	fmt.Fprint(c.c, request(target))
	res, err := http.ReadResponse(c.in, nil)
	if err != nil {
		c.close()
		return err
	}
	body, err := io.ReadAll(res.Body)
	if res.Close || err != nil {
		c.close()
	}
	if err == nil && (res.StatusCode != 200 || !right(string(body))) {
		return fmt.Errorf("%s: status %d, %d bytes", target, res.StatusCode, len(body))
	}
	return err
}

// upgraded leaves HTTP on a connection of its own, and talks.
func (c *soakClient) upgraded() error {
	c.close()
	if err := c.open(); err != nil {
		return err
	}
	defer c.close()
	fmt.Fprint(c.c, "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	res, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("upgrade: status %d", res.StatusCode)
	}
	for i := range 10 {
		fmt.Fprintf(c.c, "message %d\n", i)
		if line, err := c.in.ReadString('\n'); err != nil {
			return err
		} else if line != fmt.Sprintf("message %d\n", i) {
			return errors.New("upgraded: " + line)
		}
	}
	return nil
}

// open connects unless there is a connection, and gives the next exchange its time.
func (c *soakClient) open() error {
	if c.c == nil {
		conn, err := net.DialTimeout("tcp", "127.0.0.1:"+c.port, 10*time.Second)
		if err != nil {
			return err
		}
		c.c, c.in = conn, bufio.NewReader(conn)
	}
	return c.c.SetDeadline(time.Now().Add(15 * time.Second))
}

// stillness knows when the machine stood still: a thread that sleeps a tenth of a second
// was not woken for a second and more.
type stillness struct {
	mu    sync.Mutex
	last  time.Time
	spent time.Duration
}

const stillnessTick = 100 * time.Millisecond

func (s *stillness) watch(end time.Time) {
	for last := time.Now(); last.Before(end); {
		time.Sleep(stillnessTick)
		now := time.Now()
		if late := now.Sub(last) - stillnessTick; late > time.Second {
			s.mu.Lock()
			s.last, s.spent = now, s.spent+late
			s.mu.Unlock()
		}
		last = now
	}
}

// since says whether the machine stood still after that moment.
func (s *stillness) since(t time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last.After(t)
}

func (s *stillness) total() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spent
}
