// Package v8 binds V8 to Go: isolates, compilation, native functions, errors,
// limits and the batched exchange of a turn. It is the only package with cgo.
//
// An Isolate belongs to the operating system thread that created it; every method
// must be called there unless its comment says otherwise.
package v8

/*
#cgo CXXFLAGS: -std=c++20 -O2 -fno-rtti -fno-strict-aliasing -fPIC -Wall -Wno-unused-parameter -Iinclude
#cgo CXXFLAGS: -DV8_COMPRESS_POINTERS -DV8_31BIT_SMIS_ON_64BIT_ARCH -DV8_ENABLE_SANDBOX
#cgo linux LDFLAGS: -static-libstdc++ -static-libgcc
*/
import "C"
