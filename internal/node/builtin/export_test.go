package builtin

import "unsafe"

// Aligned reports whether V8 uses the bytes where they are.
func Aligned(p []byte) bool { return uintptr(unsafe.Pointer(unsafe.SliceData(p)))%8 == 0 }
