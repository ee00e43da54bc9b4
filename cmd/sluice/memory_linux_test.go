package main

import (
	"fmt"
	"os"
	"testing"
	"time"
)

func TestMapping(t *testing.T) {
	const exe = "/opt/a b/sluice"
	for _, c := range []struct {
		line       string
		begin, end uintptr
	}{
		{"00405000-02410000 r-xp 00005000 fe:00 1234                               /opt/a b/sluice", 0x405000, 0x2410000},
		{"02410000-03e01000 r--p 02010000 fe:00 1234                               /opt/a b/sluice", 0x2410000, 0x3e01000},
		{"03e82000-0404c000 rw-p 03a81000 fe:00 1234                               /opt/a b/sluice", 0, 0},
		{"7f0000000000-7f0000001000 r-xp 00000000 fe:00 99                         /usr/lib/libc.so.6", 0, 0},
		{"7f0000000000-7f0000001000 rw-p 00000000 00:00 0 ", 0, 0},
	} {
		if b, e := mapping(c.line, exe); b != c.begin || e != c.end {
			t.Errorf("%s: %x-%x", c.line, b, e)
		}
	}
}

// The test runs on, so the pages came back.
func TestReleaseProgram(t *testing.T) {
	resident := func() int64 {
		_, shared := statm(t)
		return shared
	}
	before := resident()
	releaseProgram()
	if after := resident(); after >= before {
		t.Errorf("%d pages of files were resident, then %d", before, after)
	}
}

// statm is how many pages are resident, and how many of them are files'.
func statm(t *testing.T) (resident, shared int64) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var size int64
	if _, err := fmt.Sscan(string(text), &size, &resident, &shared); err != nil {
		t.Fatal(err)
	}
	return resident, shared
}

// TestLoadIsOver: once, when there was much to do and is next to nothing.
func TestLoadIsOver(t *testing.T) {
	now, used := time.Unix(1000, 0), time.Duration(0)
	l := load{since: now}
	step := func(d, cpu time.Duration) bool {
		now, used = now.Add(d), used+cpu
		return l.isOver(now, used)
	}
	for _, s := range []struct {
		what   string
		d, cpu time.Duration
		over   bool
	}{
		{"nothing has been done yet", 2 * time.Second, 0, false},
		{"a request now and then", 2 * time.Second, 10 * time.Millisecond, false},
		{"a load", 2 * time.Second, time.Second, false},
		{"too soon to say", 100 * time.Millisecond, 0, false},
		{"the end of it", 2 * time.Second, 100 * time.Millisecond, false},
		{"over", 2 * time.Second, time.Millisecond, true},
		{"only once", 2 * time.Second, time.Millisecond, false},
		{"another", 2 * time.Second, time.Second, false},
		{"over again", 2 * time.Second, 0, true},
	} {
		if got := step(s.d, s.cpu); got != s.over {
			t.Errorf("%s: %v", s.what, got)
		}
	}
}
