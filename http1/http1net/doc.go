// Package http1net is a server and a client for HTTP/1 on sockets: the I/O,
// the clock and the goroutines around package http1, which has none of them.
//
//	srv := &http1net.Server{Addr: ":8080", Handler: http1net.HandlerFunc(
//		func(w *http1net.ResponseWriter, r *http1net.Request) {
//			w.Header().Set("Content-Type", "text/plain")
//			fmt.Fprintf(w, "hello %s\n", r.Path())
//		})}
//	log.Fatal(srv.ListenAndServe())
//
// A handler of package net/http is served through [Adapt], and a [Client] is
// given to package net/http by [Transport].
//
// What is accepted, what is refused and with which answer is decided by package
// http1: it is strict, every limit is finite by default, and a message whose
// length is in doubt never reaches a handler. There is no state outside of
// servers and clients but a stock of buffers.
//
// # Who may call what when
//
// A [Server] and a [Client] may be used by any number of goroutines. A [Request]
// belongs to whoever has it. A [ResponseWriter] is used by one goroutine at a
// time, until the handler returns; the body of the request may be read by
// another meanwhile. Requests of one connection are handled at the same time,
// up to Server.MaxPipelined, and answered in their order.
//
// # Who owns which bytes
//
// Methods, targets and header fields are strings: they stay as they are for as
// long as anybody keeps them. Every Write returns when its argument may be used
// again. Read copies into the caller's slice. The bytes that Hijack and Upgrade
// return belong to the caller.
//
// # What ends a connection
//
// An error in the protocol, a passed deadline, an answer that says Connection:
// close or ends with the connection, a handler that panicked or did not write
// what it had announced, a body that is too long to be read for nobody, and
// Shutdown and Close. The last bytes are sent before that, and the client gets
// the time to read them.
//
// # Errors
//
// Errors of writing and of reading bodies wrap one of the Err variables and what
// brought it about: ErrClientGone and a *net.OpError, for example. What broke
// the protocol is an *http1.Error.
package http1net
