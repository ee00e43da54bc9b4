package sluice_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/sluice-http/sluice"
)

// quiet keeps what happens to workers out of the examples.
var quiet = slog.New(slog.DiscardHandler)

func get(url string) string {
	res, err := http.Get(url)
	if err != nil {
		log.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		log.Fatal(err)
	}
	return fmt.Sprintf("%s %s", res.Status, body)
}

// An application runs until the context is done, on a port that the system chooses.
func Example() {
	app, err := sluice.New(sluice.Options{
		Script: "testdata/hello.js",
		Env:    []string{"PORT=0"},
		Stdout: os.Stdout,
		Logger: quiet,
	})
	if err != nil {
		log.Fatal(err)
	}
	// In a program: signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		<-app.Ready()
		fmt.Print(get(fmt.Sprintf("http://%s/a", app.Addrs()[0])))
		stop()
	}()
	if err := app.Run(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println("stopped")
	// Output:
	// it listens
	// 200 OK Hello from /a
	// stopped
}

// The program owns the socket: the application believes that it listens on its port,
// and accepts from the listener. What clients send before the application is there, or
// between two applications, waits.
func Example_listener() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer listener.Close()
	url := fmt.Sprintf("http://%s/", listener.Addr())

	for _, greeting := range []string{"Good morning", "Good night"} {
		app, err := sluice.New(sluice.Options{
			Script:   "testdata/hello.js",
			Env:      []string{"PORT=3000", "GREETING=" + greeting},
			Listener: listener,
			Stdout:   io.Discard,
			Logger:   quiet,
		})
		if err != nil {
			log.Fatal(err)
		}
		if err := app.Start(context.Background()); err != nil {
			log.Fatal(err)
		}
		fmt.Print(get(url))
		http.DefaultClient.CloseIdleConnections()
		if err := app.Shutdown(context.Background()); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// 200 OK Good morning from /
	// 200 OK Good night from /
}

// Two applications in one process, each with a pool of its own.
func Example_two() {
	var apps []*sluice.App
	for _, greeting := range []string{"Hello", "Bonjour"} {
		app, err := sluice.New(sluice.Options{
			Script:  "testdata/hello.js",
			Env:     []string{"PORT=0", "GREETING=" + greeting},
			Workers: 2,
			Stdout:  io.Discard,
			Logger:  quiet,
		})
		if err != nil {
			log.Fatal(err)
		}
		defer app.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := app.Start(ctx); err != nil {
			log.Fatal(err)
		}
		apps = append(apps, app)
	}
	for _, app := range apps {
		fmt.Print(get(fmt.Sprintf("http://%s/", app.Addrs()[0])), len(app.Stats().Workers), " workers\n")
	}
	// Output:
	// 200 OK Hello from /
	// 2 workers
	// 200 OK Bonjour from /
	// 2 workers
}

// What an application calls its exit is an error here: the program goes on.
func ExampleExitError() {
	app, err := sluice.New(sluice.Options{Script: "testdata/stopped.js", Stderr: os.Stdout, Logger: quiet})
	if err != nil {
		log.Fatal(err)
	}
	err = app.Run(context.Background())
	fmt.Println(err)
	if exit := (*sluice.ExitError)(nil); errors.As(err, &exit) {
		fmt.Println("code", exit.Code)
	}
	// Output:
	// there is no database
	// sluice: testdata/stopped.js: it exited with code 3
	// code 3
}
