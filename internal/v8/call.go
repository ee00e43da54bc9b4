package v8

/*
#include <stdlib.h>
#include "binding.h"
*/
import "C"

import (
	"fmt"
	"os"
	"runtime/debug"
	"sort"
	"strings"
	"unsafe"
)

// Func is a native function. It runs on the isolate's thread, inside a JavaScript
// call. The Call and every byte slice taken from it are invalid after it returns.
type Func func(c *Call)

// Kind is the kind of an argument.
type Kind uint8

// Kinds of arguments.
const (
	Undefined Kind = iota
	NullKind
	False
	True
	Int32
	Double
	BigIntKind
	StringKind
	BytesKind
	Function
	ArrayKind
	// Opaque is any other object: it must be taken apart in JavaScript.
	Opaque
)

// Call is one call of a native function.
type Call struct {
	iso    *Isolate
	info   unsafe.Pointer
	args   []C.sl_value
	enc    Encoder
	thrown bool
}

// Isolate is the isolate that calls.
func (c *Call) Isolate() *Isolate { return c.iso }

// Len is the number of arguments.
func (c *Call) Len() int { return len(c.args) }

// Kind is the kind of argument i; Undefined when there are fewer arguments.
func (c *Call) Kind(i int) Kind {
	if i >= len(c.args) {
		return Undefined
	}
	return Kind(c.args[i].kind)
}

// IsNullish reports whether argument i is undefined, null or missing.
func (c *Call) IsNullish(i int) bool { k := c.Kind(i); return k == Undefined || k == NullKind }

func num(v *C.sl_value) float64 {
	switch Kind(v.kind) {
	case Double:
		return *(*float64)(unsafe.Pointer(&v.u))
	case Int32, BigIntKind:
		return float64(*(*int64)(unsafe.Pointer(&v.u)))
	case True:
		return 1
	}
	return 0
}

// Float is argument i as a number, 0 when it is none.
func (c *Call) Float(i int) float64 {
	if i >= len(c.args) {
		return 0
	}
	return num(&c.args[i])
}

// Int is argument i as an integer, 0 when it is no number.
func (c *Call) Int(i int) int { return int(c.Int64(i)) }

// Int64 is argument i as an integer, 0 when it is neither number nor bigint.
func (c *Call) Int64(i int) int64 {
	if i >= len(c.args) {
		return 0
	}
	v := &c.args[i]
	switch Kind(v.kind) {
	case Int32, BigIntKind:
		return *(*int64)(unsafe.Pointer(&v.u))
	}
	return int64(num(v))
}

// Bool is argument i, true only for true itself.
func (c *Call) Bool(i int) bool { return c.Kind(i) == True }

func raw(v *C.sl_value) []byte {
	if k := Kind(v.kind); (k != StringKind && k != BytesKind) || v.len == 0 {
		return nil
	}
	return unsafe.Slice(*(**byte)(unsafe.Pointer(&v.u)), int(v.len))
}

// Bytes is the memory of argument i, a Buffer, TypedArray, DataView or ArrayBuffer,
// not copied: writing to it changes what JavaScript sees. For a string it is its
// UTF-8 text. Valid until the function returns.
func (c *Call) Bytes(i int) []byte {
	if i >= len(c.args) {
		return nil
	}
	return raw(&c.args[i])
}

// String is a copy of argument i, a string (or bytes); empty for anything else.
func (c *Call) String(i int) string { return string(c.Bytes(i)) }

// Strings is argument i, an array of strings.
func (c *Call) Strings(i int) []string {
	items := c.items(i)
	out := make([]string, len(items))
	for k := range items {
		out[k] = string(raw(&items[k]))
	}
	return out
}

// ByteSlices is argument i, an array of strings or byte arrays; the slices are as those of Bytes.
func (c *Call) ByteSlices(i int) [][]byte {
	items := c.items(i)
	out := make([][]byte, len(items))
	for k := range items {
		out[k] = raw(&items[k])
	}
	return out
}

// Array is argument i, an array, as Go values: nil, Null, bool, int, float64,
// string, []byte (not copied) and []any.
func (c *Call) Array(i int) []any { return values(c.items(i)) }

// Value is argument i as a Go value of the kinds that Array lists.
func (c *Call) Value(i int) any {
	if i >= len(c.args) {
		return nil
	}
	return values(c.args[i : i+1])[0]
}

func (c *Call) items(i int) []C.sl_value {
	if c.Kind(i) != ArrayKind || c.args[i].len == 0 {
		return nil
	}
	return items(&c.args[i])
}

func items(v *C.sl_value) []C.sl_value {
	return unsafe.Slice(*(**C.sl_value)(unsafe.Pointer(&v.u)), int(v.len))
}

func values(in []C.sl_value) []any {
	out := make([]any, len(in))
	for k := range in {
		v := &in[k]
		switch Kind(v.kind) {
		case NullKind:
			out[k] = Null
		case False, True:
			out[k] = Kind(v.kind) == True
		case Int32:
			out[k] = int(num(v))
		case Double:
			out[k] = num(v)
		case BigIntKind:
			out[k] = BigInt(*(*int64)(unsafe.Pointer(&v.u)))
		case StringKind:
			out[k] = string(raw(v))
		case BytesKind:
			out[k] = raw(v)
		case ArrayKind:
			if v.len == 0 {
				out[k] = []any{}
			} else {
				out[k] = values(items(v))
			}
		}
	}
	return out
}

// Return sets the result; see the architecture document for the kinds of values.
func (c *Call) Return(v any) {
	c.enc.Reset()
	c.thrown = false
	c.enc.Value(v)
}

// Encode gives an encoder for the result, for results that are built piece by piece.
func (c *Call) Encode() *Encoder {
	c.enc.Reset()
	c.thrown = false
	return &c.enc
}

// Throw makes the call throw the error.
func (c *Call) Throw(err error) {
	c.enc.Reset()
	c.enc.Error(err)
	c.thrown = true
}

// Callback is a JavaScript function held by native code. The zero value is none.
type Callback struct {
	iso  *Isolate
	id   uint64
	keep bool
}

// Callback takes argument i, a function, to be called once; the zero Callback when it is none.
func (c *Call) Callback(i int) Callback {
	if c.Kind(i) != Function {
		return Callback{}
	}
	return Callback{iso: c.iso, id: uint64(C.sl_callback_new(c.iso.p, c.info, C.int(i)))}
}

// KeepCallback takes argument i, a function, to be called any number of times
// until Release.
func (c *Call) KeepCallback(i int) Callback {
	cb := c.Callback(i)
	cb.keep = true
	return cb
}

// IsZero reports whether there is no function.
func (cb Callback) IsZero() bool { return cb.iso == nil }

// Release gives the function back. A callback that was called once needs none.
func (cb Callback) Release() {
	if cb.iso != nil && cb.iso.p != nil {
		C.sl_callback_release(cb.iso.p, C.uint64_t(cb.id))
	}
}

// Bind registers the native functions of internalBinding(name). functions is called
// on the first use.
func (iso *Isolate) Bind(name string, functions func() map[string]Func) {
	iso.bindings[name] = functions
}

//export sluiceBinding
func sluiceBinding(handle C.uintptr_t, name *C.char, names **C.char, first *C.uint32_t) C.int {
	iso := isolateOf(handle)
	iso.opts.Turnstile.Call()
	defer iso.opts.Turnstile.Return()
	make, ok := iso.bindings[C.GoString(name)]
	if !ok {
		return -1
	}
	funcs := make()
	keys := []string{}
	for k := range funcs {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	*first = C.uint32_t(len(iso.funcs))
	var text strings.Builder
	for _, k := range keys {
		iso.funcs = append(iso.funcs, funcs[k])
		text.WriteString(k)
		text.WriteByte(0)
	}
	*names = C.CString(text.String() + "\x00")
	return C.int(len(keys))
}

func isolateOf(handle C.uintptr_t) *Isolate {
	v, ok := isolates.Load(uintptr(handle))
	if !ok {
		panic("v8: call from a disposed isolate")
	}
	return v.(*Isolate)
}

//export sluiceInvoke
func sluiceInvoke(handle C.uintptr_t, fn C.uint32_t, info unsafe.Pointer, argc C.int, argv *C.sl_value, resultLen *C.size_t) C.int {
	iso := isolateOf(handle)
	c := iso.call
	if c == nil {
		c = &Call{iso: iso}
	}
	iso.call = nil
	c.info = info
	c.thrown = false
	c.enc.Reset()
	c.args = nil
	if argc > 0 {
		c.args = unsafe.Slice(argv, int(argc))
	}
	iso.opts.Turnstile.Call()
	invoke(iso.funcs[fn], c)
	iso.opts.Turnstile.Return()
	n := len(c.enc.b)
	*resultLen = C.size_t(n)
	if n > 0 {
		var capacity C.size_t
		p := C.sl_result_buffer(iso.p, C.size_t(n), &capacity)
		copy(unsafe.Slice((*byte)(unsafe.Pointer(p)), int(capacity)), c.enc.b)
	}
	if cap(c.enc.b) > 1<<20 {
		c.enc.b = nil
	}
	iso.call = c
	if c.thrown {
		return 1
	}
	return 0
}

// invoke runs f; a panic becomes a JavaScript exception and is logged with its stack.
func invoke(f Func, c *Call) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(os.Stderr, "sluice: panic in a native function: %v\n%s", r, debug.Stack())
			c.Throw(&Error{Code: "ERR_INTERNAL_ASSERTION", Message: fmt.Sprintf("panic in a native function: %v", r)})
		}
	}()
	f(c)
}

//export sluiceNearHeapLimit
func sluiceNearHeapLimit(handle C.uintptr_t, current, initial C.uint64_t) C.uint64_t {
	return C.uint64_t(isolateOf(handle).opts.NearHeapLimit(uint64(current), uint64(initial)))
}

//export sluiceOverTotal
func sluiceOverTotal(handle C.uintptr_t, collecting C.int) {
	isolateOf(handle).opts.OverTotal(collecting != 0)
}

//export sluiceInterrupt
func sluiceInterrupt(handle C.uintptr_t, token C.uint64_t) {
	if f := isolateOf(handle).opts.Interrupt; f != nil {
		f(uint64(token))
	}
}

//export sluiceBuiltin
func sluiceBuiltin(handle C.uintptr_t, id *C.char, src *C.uintptr_t, n *C.size_t, cache *C.uintptr_t, cacheLen *C.size_t) C.int {
	source, data, ok := isolateOf(handle).opts.Builtin(C.GoString(id))
	if !ok {
		return 0
	}
	// The text is read-only data of the binary (or never freed), so C++ may keep the address.
	*src = C.uintptr_t(uintptr(unsafe.Pointer(unsafe.StringData(source))))
	*n = C.size_t(len(source))
	if len(data) > 0 {
		*cache = C.uintptr_t(uintptr(unsafe.Pointer(unsafe.SliceData(data))))
		*cacheLen = C.size_t(len(data))
	}
	return 1
}
