package v8

/*
#include <stdlib.h>
#include "binding.h"
*/
import "C"

import (
	"errors"
	"regexp"
	"time"
	"unsafe"
)

var scriptID = regexp.MustCompile(`"scriptId":([0-9]+)`)

// StartProfile samples, from now on, what JavaScript the isolate runs, at the interval.
func (iso *Isolate) StartProfile(interval time.Duration) error {
	if C.sl_profile_start(iso.p, C.int(interval/time.Microsecond)) != 0 {
		return errors.New("v8: a profile is being taken already")
	}
	return nil
}

// StopProfile ends what StartProfile began and returns the profile, as JSON in the form
// of the DevTools protocol (Profiler.Profile).
func (iso *Isolate) StopProfile() ([]byte, error) {
	var n C.size_t
	p := C.sl_profile_stop(iso.p, &n)
	if p == nil {
		return nil, errors.New("v8: no profile was taken")
	}
	defer C.free(unsafe.Pointer(p))
	// V8 writes numbers where the protocol has strings.
	return scriptID.ReplaceAll(C.GoBytes(unsafe.Pointer(p), C.int(n)), []byte(`"scriptId":"$1"`)), nil
}
