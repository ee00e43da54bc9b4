package test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// profile is what --cpu-prof writes: Profiler.Profile of the DevTools protocol.
type profile struct {
	Nodes []struct {
		ID        int
		HitCount  int
		Children  []int
		CallFrame struct {
			FunctionName, ScriptID, URL string
			LineNumber, ColumnNumber    *int
		}
	}
	StartTime, EndTime  int64
	Samples, TimeDeltas []int
}

const profiled = `
function busy() {
  const began = process.cpuUsage().user;
  let n = 0;
  do {
    for (let i = 0; i < 1e5; i++) n += Math.sqrt(n + 1);
  } while (process.cpuUsage().user - began < 300_000);
  return n;
}
busy();
if (process.argv[2] === 'exit') process.exit(3);
if (process.argv[2] === 'throw') throw new Error('x');
`

func TestCPUProfile(t *testing.T) {
	for name, runtime := range map[string]string{"Node.js": nodePath(t), "Sluice": sluicePath(t)} {
		for how, code := range map[string]int{"end": 0, "exit": 3, "throw": 1} {
			t.Run(name+"/"+how, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				script := filepath.Join(dir, "x.js")
				if err := os.WriteFile(script, []byte(profiled), 0o644); err != nil {
					t.Fatal(err)
				}
				cmd := exec.Command(runtime, "--cpu-prof", "--cpu-prof-dir=a/b", script, how)
				cmd.Dir = dir
				cmd.WaitDelay = time.Minute
				_ = cmd.Run()
				if cmd.ProcessState.ExitCode() != code {
					t.Errorf("exit code %d, want %d", cmd.ProcessState.ExitCode(), code)
				}
				checkProfile(t, filepath.Join(dir, "a", "b"), script)
			})
		}
	}
}

func checkProfile(t *testing.T, dir, script string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if name := files[0].Name(); !regexp.MustCompile(`^CPU\.\d{8}\.\d{6}\.\d+\.0\.001\.cpuprofile$`).MatchString(name) {
		t.Errorf("the file is called %s", name)
	}
	text, err := os.ReadFile(filepath.Join(dir, files[0].Name()))
	if err != nil {
		t.Fatal(err)
	}
	var p profile
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	if len(p.Samples) == 0 || len(p.Samples) != len(p.TimeDeltas) || p.EndTime <= p.StartTime {
		t.Errorf("%d samples, %d times, from %d to %d", len(p.Samples), len(p.TimeDeltas), p.StartTime, p.EndTime)
	}
	for _, n := range p.Nodes {
		if f := n.CallFrame; f.FunctionName == "busy" {
			if f.URL != "file://"+script && f.URL != script || f.ScriptID == "" || f.LineNumber == nil || *f.LineNumber != 1 {
				t.Errorf("the function is %+v", f)
			}
			return
		}
	}
	t.Error("the function that computes is not in the profile")
}
