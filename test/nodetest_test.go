package test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var updateNodeTests = flag.Bool("update-nodetests", false, "write the results of Node.js's tests to nodetest.txt")

const nodeTestResults = "nodetest.txt"

// TestNodeTests runs Node.js's own test files (24.12.0), which lie in the folder
// SLUICE_NODE_TESTS names (the one with test/parallel in it), and holds the results
// against nodetest.txt: a line "pass FILE" or "fail FILE" for each. A file that passed
// and does not now is an error; one that passes now and did not before is a note:
// -update-nodetests takes it down.
func TestNodeTests(t *testing.T) {
	folder := os.Getenv("SLUICE_NODE_TESTS")
	if folder == "" {
		t.Skip("SLUICE_NODE_TESTS names no folder")
	}
	parallel := filepath.Join(folder, "test", "parallel")
	sluice, expected := sluicePath(t), readResults(t)
	files := slices.Sorted(func(yield func(string) bool) {
		for file := range expected {
			if !yield(file) {
				return
			}
		}
	})
	results := map[string]string{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	queue := make(chan string)
	for slot := range 2 {
		scratch := t.TempDir()
		wg.Go(func() {
			for file := range queue {
				status := runNodeTest(sluice, parallel, file, slot+1, scratch)
				if status != "pass" && expected[file] == "pass" {
					status = runNodeTest(sluice, parallel, file, slot+1, scratch) // once more: the machine may have been busy
				}
				mu.Lock()
				results[file] = status
				mu.Unlock()
			}
		})
	}
	for _, file := range files {
		queue <- file
	}
	close(queue)
	wg.Wait()
	passed := 0
	for _, file := range files {
		switch {
		case results[file] == "pass":
			passed++
			if expected[file] != "pass" {
				t.Logf("%s passes now", file)
			}
		case expected[file] == "pass":
			t.Errorf("%s passed before", file)
		}
	}
	t.Logf("%d of %d pass", passed, len(files))
	if *updateNodeTests {
		var b strings.Builder
		for _, file := range files {
			fmt.Fprintf(&b, "%s %s\n", results[file], file)
		}
		if err := os.WriteFile(nodeTestResults, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// readResults reads what is expected, by file.
func readResults(t *testing.T) map[string]string {
	t.Helper()
	f, err := os.Open(nodeTestResults)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	expected := map[string]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		status, file, ok := strings.Cut(s.Text(), " ")
		if !ok {
			t.Fatalf("%s: %q is no line of results", nodeTestResults, s.Text())
		}
		expected[file] = status
	}
	return expected
}

var (
	flagsLine = regexp.MustCompile(`(?m)^//\s+Flags:(.*)$`)
	envLine   = regexp.MustCompile(`(?m)^//\s+Env:(.*)$`)
)

// runNodeTest runs one file as Node.js's own runner does: a test passes when it exits
// with 0 within 20 seconds.
func runNodeTest(sluice, parallel, file string, slot int, scratch string) string {
	path := filepath.Join(parallel, file)
	text, err := os.ReadFile(path)
	if err != nil {
		return "missing"
	}
	var args []string
	for _, m := range flagsLine.FindAllStringSubmatch(string(text), -1) {
		args = append(args, strings.Fields(m[1])...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, sluice, append(args, path)...)
	cmd.Dir = parallel
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + scratch, "LANG=C.UTF-8", "TMPDIR=" + scratch, "NODE_TEST_DIR=" + scratch,
		fmt.Sprint("TEST_THREAD_ID=", slot), "TEST_PARALLEL=1", "NODE_SKIP_FLAG_CHECK=1", "NODE_TEST_KNOWN_GLOBALS=0",
	}
	for _, m := range envLine.FindAllStringSubmatch(string(text), -1) {
		cmd.Env = append(cmd.Env, strings.Fields(m[1])...)
	}
	// The test's children go with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
	switch {
	case err == nil:
		return "pass"
	case ctx.Err() != nil:
		return "timeout"
	}
	return "fail"
}
