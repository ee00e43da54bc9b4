package main

import (
	"os"
	"runtime"
)

// spareProcessor makes Go schedule on one processor more than there are loops, unless
// the environment says how many: a loop that waits in the kernel keeps its processor
// then. Where there is none to spare, the runtime's monitor takes it away after 20
// microseconds and the loop has to get it back, for each wait.
func spareProcessor(loops int) {
	if os.Getenv("GOMAXPROCS") == "" && runtime.GOMAXPROCS(0) <= loops {
		runtime.GOMAXPROCS(loops + 1)
	}
}
