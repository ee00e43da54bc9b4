package v8

// The static library of V8 for this platform.
import _ "github.com/tommie/v8go/deps/linux_amd64"
