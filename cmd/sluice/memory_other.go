//go:build !linux

package main

import (
	"sync/atomic"

	"github.com/sluice-http/sluice/internal/node"
)

// rest does nothing where the system does not say what is resident.
func rest(*atomic.Pointer[node.Env]) {}
