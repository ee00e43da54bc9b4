package process

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

func TestLookUp(t *testing.T) {
	if id := lookUp("/etc/passwd", "root"); id != 0 {
		t.Errorf("root is %d", id)
	}
	if id := lookUp("/etc/passwd", "nobody-of-that-name"); id != -1 {
		t.Errorf("nobody is %d", id)
	}
	if id := lookUp("/nope", "root"); id != -1 {
		t.Errorf("no file: %d", id)
	}
}

func TestMemory(t *testing.T) {
	if rss() < 1<<20 {
		t.Errorf("resident: %d", rss())
	}
	total, free := totalMemory()
	if total <= 0 || free <= 0 || free > total {
		t.Errorf("total %d, free %d", total, free)
	}
	if available := availableMemory(); available <= 0 || available > total {
		t.Errorf("available: %d of %d", available, total)
	}
}

// TestDefaultActions runs itself: without a listener, every signal does to the process what the system does by default.
func TestDefaultActions(t *testing.T) {
	if os.Getenv("SLUICE_TEST_SIGNALS") != "" {
		takeOutHandlers()
		_, _ = os.Stdout.WriteString("ready")
		time.Sleep(time.Minute)
		return
	}
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR2, syscall.SIGALRM, syscall.SIGABRT, syscall.SIGVTALRM} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestDefaultActions$")
		cmd.Env = append(os.Environ(), "SLUICE_TEST_SIGNALS=1")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		_, _ = out.Read(make([]byte, 5))
		_ = cmd.Process.Signal(s)
		_ = cmd.Wait()
		status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
		if !status.Signaled() || status.Signal() != s {
			t.Errorf("%v: %v", s, cmd.ProcessState)
		}
	}
}
