package http1net

import (
	"errors"
	"fmt"
	"io"
	"net"
)

// Errors of the server's side.
var (
	// ErrAbort is a value to panic with: the connection is cut, so that the
	// client sees an answer that is not complete, and nothing is reported.
	ErrAbort = errors.New("http1net: the handler aborted the answer")
	// ErrServerClosed is returned by Serve and its kin after Shutdown or Close.
	ErrServerClosed = errors.New("http1net: server closed")
	// ErrClientGone is the cause when the client ended or cut the connection.
	ErrClientGone = errors.New("http1net: the client has left")
	// ErrTimeout is the cause when a deadline of the server or client passed.
	ErrTimeout error = timeoutError{}
	// ErrBodyTooLarge: a request body is longer than Server.MaxBodyBytes.
	ErrBodyTooLarge = errors.New("http1net: request body too large")
	// ErrBodyClosed: a body was read after the handler returned, or after Close.
	ErrBodyClosed = errors.New("http1net: read from a body that is closed")
	// ErrContentLength: more was written than Content-Length announced, or
	// the handler returned before as much was written.
	ErrContentLength = errors.New("http1net: wrote more or less than the declared Content-Length")
	// ErrNoBody: a body was written in an answer that cannot have one (1xx,
	// 204, 304).
	ErrNoBody = errors.New("http1net: answers with this status have no body")
	// ErrFinished: the ResponseWriter was used after the handler returned.
	ErrFinished = errors.New("http1net: the answer is complete")
	// ErrHijacked: the ResponseWriter was used after Hijack.
	ErrHijacked = errors.New("http1net: the connection was hijacked")
	// ErrCannotHijack: there are other requests on the connection, or the
	// body of this one has not been read, or its answer has begun.
	ErrCannotHijack = errors.New("http1net: the connection cannot be hijacked now")
	// ErrInvalidHeader: a field name or value, status or trailer cannot be
	// sent. Nothing of it was.
	ErrInvalidHeader = errors.New("http1net: invalid header")
)

// Errors of the client's side.
var (
	// ErrClientClosed is returned by Do after Client.Close.
	ErrClientClosed = errors.New("http1net: client closed")
	// ErrInvalidRequest: method, target, host or a field cannot be sent.
	ErrInvalidRequest = errors.New("http1net: invalid request")
	// ErrUnexpectedData: the server sent what was not asked for.
	ErrUnexpectedData = errors.New("http1net: the server sent data without a request")
	// ErrUnexpectedUpgrade: a 101 that nobody asked for.
	ErrUnexpectedUpgrade = errors.New("http1net: the server changed protocols without being asked")
	// ErrServerGone: the server ended the connection before the answer was
	// complete, or before it began.
	ErrServerGone = errors.New("http1net: the server closed the connection")
)

// timeoutError is a net.Error, and is os.ErrDeadlineExceeded's relative.
type timeoutError struct{}

func (timeoutError) Error() string   { return "http1net: timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return false }

var _ net.Error = timeoutError{}

// because joins one of the errors above with what brought it about, so that
// errors.Is finds both.
func because(err, cause error) error {
	if cause == nil {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// ServerError is what Server.OnError is told.
type ServerError struct {
	// Op is where it happened: "accept", "tls", "parse" (the client broke the
	// protocol; Err is an *http1.Error), "timeout" (a 408 or a client that
	// takes nothing), "handler" (it panicked, or its answer could not be sent
	// as it was).
	Op string
	// Remote is the client's address, nil for "accept".
	Remote net.Addr
	// Request is what was being answered, or nil.
	Request *Request
	Err     error
	// Stack is that of a panic.
	Stack []byte
}

// Error implements error.
func (e *ServerError) Error() string {
	from := ""
	if e.Remote != nil {
		from = " from " + e.Remote.String()
	}
	return "http1net: " + e.Op + from + ": " + e.Err.Error()
}

// Unwrap returns e.Err.
func (e *ServerError) Unwrap() error { return e.Err }

var (
	// errEnded: the connection has ended as it should.
	errEnded = errors.New("http1net: the connection has ended")
	// errGoexit: a handler called runtime.Goexit.
	errGoexit = errors.New("runtime.Goexit")
	// errBodyCut: a body is not complete.
	errBodyCut = fmt.Errorf("http1net: the body ended early: %w", io.ErrUnexpectedEOF)
)

// panicError is what a handler panicked with that was no error.
type panicError struct{ value any }

func (p panicError) Error() string { return fmt.Sprint("panic: ", p.value) }
