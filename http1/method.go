package http1

import (
	"bytes"
	"sort"
)

// Method is an index into llhttp's list of methods, which is what Node's
// native parser hands to JavaScript.
type Method uint8

// The methods that this package itself looks at.
const (
	MethodDelete  Method = 0
	MethodGet     Method = 1
	MethodHead    Method = 2
	MethodPost    Method = 3
	MethodPut     Method = 4
	MethodConnect Method = 5
	MethodOptions Method = 6
	MethodTrace   Method = 7
	MethodMSearch Method = 24
	MethodNotify  Method = 25
	MethodPatch   Method = 28
	MethodSource  Method = 33
	MethodPri     Method = 34
	MethodQuery   Method = 46

	methodCount = 47
	// longest is UNSUBSCRIBE among HTTP's, GET_PARAMETER among all.
	maxMethod = 13
)

var methodNames = [methodCount]string{
	"DELETE", "GET", "HEAD", "POST", "PUT", "CONNECT", "OPTIONS", "TRACE",
	"COPY", "LOCK", "MKCOL", "MOVE", "PROPFIND", "PROPPATCH", "SEARCH", "UNLOCK",
	"BIND", "REBIND", "UNBIND", "ACL",
	"REPORT", "MKACTIVITY", "CHECKOUT", "MERGE",
	"M-SEARCH", "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE",
	"PATCH", "PURGE", "MKCALENDAR", "LINK", "UNLINK", "SOURCE", "PRI",
	"DESCRIBE", "ANNOUNCE", "SETUP", "PLAY", "PAUSE", "TEARDOWN",
	"GET_PARAMETER", "SET_PARAMETER", "REDIRECT", "RECORD", "FLUSH", "QUERY",
}

// String returns the method as it is written, "GET".
func (m Method) String() string {
	if m < methodCount {
		return methodNames[m]
	}
	return ""
}

// isRTSPOnly says whether m exists in RTSP alone.
func (m Method) isRTSPOnly() bool { return m >= 35 && m <= 45 }

// isRTSP says whether m exists in RTSP.
func (m Method) isRTSP() bool {
	return m.isRTSPOnly() || m == MethodOptions || m == MethodGet || m == MethodPost
}

// AllMethods returns every method the parser knows, indexed by [Method].
func AllMethods() []string { return append([]string(nil), methodNames[:]...) }

// Methods returns the list that Node has as http.METHODS: the methods of
// HTTP/1, sorted.
func Methods() []string {
	var list []string
	for m := Method(0); m < methodCount; m++ {
		if !m.isRTSPOnly() && m != MethodPri {
			list = append(list, methodNames[m])
		}
	}
	sort.Strings(list)
	return list
}

// LookupMethod finds a method by its name.
func LookupMethod(name string) (Method, bool) {
	for m, n := range methodNames {
		if n == name {
			return Method(m), true
		}
	}
	return 0, false
}

// usualMethod finds the method that b begins with, up to the space behind it,
// if it is one of those that nearly all requests have. n is 0 if it is not.
func usualMethod(b []byte) (n int, m Method) {
	n = bytes.IndexByte(b[:min(len(b), len("OPTIONS "))], ' ')
	if n < 0 {
		return 0, 0
	}
	switch string(b[:n]) {
	case "GET":
		return n, MethodGet
	case "HEAD":
		return n, MethodHead
	case "POST":
		return n, MethodPost
	case "PUT":
		return n, MethodPut
	case "PATCH":
		return n, MethodPatch
	case "DELETE":
		return n, MethodDelete
	case "OPTIONS":
		return n, MethodOptions
	}
	return 0, 0
}

// matchMethod walks the list with the bytes of s, of which there may be too
// few. It returns how many of them fit some method, and the method that ends
// exactly there, if one does.
func matchMethod(s []byte) (n int, m Method, ok bool) {
	for i := range methodNames {
		name := methodNames[i]
		l := 0
		for l < len(name) && l < len(s) && name[l] == s[l] {
			l++
		}
		if l > n || (l == n && !ok) {
			n, m, ok = l, Method(i), l == len(name)
		}
	}
	return n, m, ok
}
