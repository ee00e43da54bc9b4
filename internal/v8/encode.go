package v8

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Tags of encoded values; value.cc decodes them.
const (
	tagUndefined = iota
	tagNull
	tagTrue
	tagFalse
	tagInt32
	tagFloat64
	tagString
	tagLatin1
	tagBytes
	tagArray
	tagObject
	tagError
	tagBigInt
	tagCallback
)

type (
	// Null is JavaScript's null; Go's nil is undefined.
	nullType struct{}
	// Latin1 is a string of one byte per character.
	Latin1 []byte
	// BigInt is a JavaScript bigint.
	BigInt int64
	// Object is a plain object; the order of its properties is kept.
	Object []Property
	// Property is one property of an Object.
	Property struct {
		Key   string
		Value any
	}
)

// Null is JavaScript's null.
var Null = nullType{}

// Class is the constructor of an Error made for JavaScript.
type Class uint8

// Classes of errors.
const (
	ErrorClass Class = iota
	TypeErrorClass
	RangeErrorClass
	SyntaxErrorClass
)

// Error is an error as JavaScript shall see it.
type Error struct {
	Class   Class
	Code    string // the code property, when not empty
	Message string
	Props   Object // more own properties
}

func (e *Error) Error() string { return e.Message }

// JSErrorer is implemented by errors that know how JavaScript shall see them.
type JSErrorer interface{ JSError() *Error }

// Encoder appends values in the form that crosses to JavaScript. The zero value is ready.
type Encoder struct{ b []byte }

// Reset empties the encoder and keeps its memory.
func (e *Encoder) Reset() { e.b = e.b[:0] }

// Bytes is what was encoded so far; valid until the next call.
func (e *Encoder) Bytes() []byte { return e.b }

func (e *Encoder) text(tag byte, n int) {
	e.b = append(e.b, tag)
	e.b = binary.LittleEndian.AppendUint32(e.b, uint32(n))
}

func putFloat(to *[9]byte, v float64) {
	to[0] = tagFloat64
	binary.LittleEndian.PutUint64(to[1:], math.Float64bits(v))
}

// Int appends a number.
func (e *Encoder) Int(v int64) {
	if v == int64(int32(v)) {
		e.b = append(e.b, tagInt32)
		e.b = binary.LittleEndian.AppendUint32(e.b, uint32(v))
		return
	}
	e.Float(float64(v))
}

// Float appends a number.
func (e *Encoder) Float(v float64) {
	var a [9]byte
	putFloat(&a, v)
	e.b = append(e.b, a[:]...)
}

// String appends a string given in UTF-8.
func (e *Encoder) String(s string) {
	e.text(tagString, len(s))
	e.b = append(e.b, s...)
}

// Buffer appends a Buffer with these bytes.
func (e *Encoder) Buffer(p []byte) {
	e.text(tagBytes, len(p))
	e.b = append(e.b, p...)
}

// Array appends the head of an array: n values must follow.
func (e *Encoder) Array(n int) { e.text(tagArray, n) }

// Object appends the head of an object: n pairs of Key and value must follow.
func (e *Encoder) Object(n int) { e.text(tagObject, n) }

// Key appends the name of the property whose value follows.
func (e *Encoder) Key(k string) {
	e.b = binary.LittleEndian.AppendUint32(e.b, uint32(len(k)))
	e.b = append(e.b, k...)
}

// Error appends an Error object.
func (e *Encoder) Error(err error) {
	je, ok := err.(*Error)
	if !ok {
		if c, can := err.(JSErrorer); can {
			je = c.JSError()
		} else {
			je = &Error{Message: err.Error()}
		}
	}
	e.b = append(e.b, tagError, byte(je.Class))
	e.Key(je.Message)
	n := len(je.Props)
	if je.Code != "" {
		n++
	}
	e.b = binary.LittleEndian.AppendUint32(e.b, uint32(n))
	for _, p := range je.Props {
		e.Key(p.Key)
		e.Value(p.Value)
	}
	if je.Code != "" {
		e.Key("code")
		e.String(je.Code)
	}
}

// Value appends any value of the kinds that the architecture document lists; it
// panics for another, which is a mistake of the native code that called it.
func (e *Encoder) Value(v any) {
	switch v := v.(type) {
	case nil:
		e.b = append(e.b, tagUndefined)
	case nullType:
		e.b = append(e.b, tagNull)
	case bool:
		if v {
			e.b = append(e.b, tagTrue)
		} else {
			e.b = append(e.b, tagFalse)
		}
	case int:
		e.Int(int64(v))
	case int8:
		e.Int(int64(v))
	case int16:
		e.Int(int64(v))
	case int32:
		e.Int(int64(v))
	case int64:
		e.Int(v)
	case uint8:
		e.Int(int64(v))
	case uint16:
		e.Int(int64(v))
	case uint32:
		e.Int(int64(v))
	case uint:
		e.Float(float64(v))
	case uint64:
		e.Float(float64(v))
	case float64:
		e.Float(v)
	case float32:
		e.Float(float64(v))
	case string:
		e.String(v)
	case Latin1:
		e.text(tagLatin1, len(v))
		e.b = append(e.b, v...)
	case []byte:
		e.Buffer(v)
	case BigInt:
		e.b = append(e.b, tagBigInt)
		e.b = binary.LittleEndian.AppendUint64(e.b, uint64(v))
	case []any:
		e.Array(len(v))
		for _, x := range v {
			e.Value(x)
		}
	case []string:
		e.Array(len(v))
		for _, x := range v {
			e.String(x)
		}
	case []int:
		e.Array(len(v))
		for _, x := range v {
			e.Int(int64(x))
		}
	case []float64:
		e.Array(len(v))
		for _, x := range v {
			e.Float(x)
		}
	case Object:
		e.Object(len(v))
		for _, p := range v {
			e.Key(p.Key)
			e.Value(p.Value)
		}
	case Callback:
		e.b = append(e.b, tagCallback)
		e.b = binary.LittleEndian.AppendUint64(e.b, v.id)
	case error:
		e.Error(v)
	default:
		panic(fmt.Sprintf("v8: a %T cannot cross to JavaScript", v))
	}
}
