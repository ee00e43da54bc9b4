// Package sluice runs a Node.js HTTP application inside a Go program: in one or more
// isolates, supervised, on listeners of its own or of the program's.
//
//	app, err := sluice.New(sluice.Options{Script: "server.js", Workers: 4})
//	if err != nil {
//		return err
//	}
//	return app.Run(ctx) // until ctx is done, or the application ends
//
// Applications share nothing: there may be several in one process, each with workers,
// listeners, limits and a log of its own. What an application does wrong ends one
// worker, which is replaced.
//
// # What belongs to the program
//
// An application under Node has a process to itself. Here the process is the program's:
//
//   - Signals: listeners of process.on('SIGTERM') get what [App.Signal] hands on, and
//     nothing else. process.kill(process.pid, …) is a signal to the application.
//   - The end: process.exit ends the worker. Before the application has served that ends
//     [App.Run] with an [ExitError]; later the worker is replaced.
//   - Standard streams: [Options.Stdout] and [Options.Stderr]; standard input is empty.
//     fs.writeSync(1, …) still writes to descriptor 1.
//   - Environment variables: [Options.Env] is where process.env starts; what an
//     application changes there stays in its worker.
//   - Working directory, umask, user and group: the program's. An application that would
//     change them, or call process.abort or process.execve, gets an error with the code
//     ERR_WORKER_UNSUPPORTED_OPERATION, as in a worker thread of Node. Setting
//     process.title changes nothing outside.
//   - child_process.fork runs [Options.ExecPath], never the program itself.
//
// One thing is not kept from the program: V8 ends the process when a single allocation
// is larger than it can give. Reaching [Options.HeapLimit] step by step ends the worker
// only.
//
// # Building
//
// V8 is linked in by cgo, and the JavaScript halves of Node's modules are bundled
// when Sluice is built: run make once in a checkout of Sluice and point the program's
// go.mod there with a replace directive, or with go work.
package sluice
