//go:build v8headers

package v8

// Keeps the module that the headers come from in go.mod; never built.
import _ "github.com/tommie/v8go"
