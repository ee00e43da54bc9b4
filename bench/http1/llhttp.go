//go:build llhttp

package http1bench

/*
#cgo CFLAGS: -O3
#cgo LDFLAGS: -lllhttp
#include <stdlib.h>
#include "driver.h"
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// llhttp parses the reads n times over in C and returns how many messages
// there were.
func llhttp(reads []string, n int, spans bool) (int, error) {
	list := make([]C.bench_read, len(reads))
	for i, r := range reads {
		s := C.CString(r)
		defer C.free(unsafe.Pointer(s))
		list[i] = C.bench_read{base: s, len: C.size_t(len(r))}
	}
	mem := C.malloc(C.size_t(len(list)) * C.size_t(unsafe.Sizeof(list[0])))
	defer C.free(mem)
	copy(unsafe.Slice((*C.bench_read)(mem), len(list)), list)
	what := C.int(0)
	if spans {
		what = 1
	}
	got := C.bench_llhttp((*C.bench_read)(mem), C.size_t(len(list)), C.long(n), what)
	if got < 0 {
		return 0, fmt.Errorf("llhttp refuses the message")
	}
	return int(got), nil
}
