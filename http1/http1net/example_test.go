package http1net_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/sluice-http/sluice/http1/http1net"
)

// start runs a server on a free port, for the examples. A program calls
// srv.ListenAndServe instead.
func start(h http1net.Handler) (srv *http1net.Server, url string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	srv = &http1net.Server{Handler: h}
	go srv.Serve(l)
	return srv, "http://" + l.Addr().String()
}

// A server and a client, from beginning to end.
func Example() {
	srv, url := start(http1net.HandlerFunc(func(w *http1net.ResponseWriter, r *http1net.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintf(w, "hello %s", r.Path())
	}))
	defer srv.Close()

	client := &http1net.Client{}
	defer client.Close()
	resp, err := client.Get(context.Background(), url+"/world")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.Status, resp.Header.Get("content-type"), string(body))
	// Output: 200 text/plain hello /world
}

// A body that is read while the answer is written, in both directions without
// buffers that grow.
func ExampleHandlerFunc_streaming() {
	srv, url := start(http1net.HandlerFunc(func(w *http1net.ResponseWriter, r *http1net.Request) {
		w.Flush() // the head, so that the client can go on
		lines := bufio.NewScanner(r.Body)
		for lines.Scan() {
			fmt.Fprintln(w, strings.ToUpper(lines.Text()))
			w.Flush()
		}
	}))
	defer srv.Close()

	client := &http1net.Client{}
	defer client.Close()
	in, out := io.Pipe()
	resp, err := client.Post(context.Background(), url+"/", "text/plain", in)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprintln(out, "one")
	answer := bufio.NewReader(resp.Body)
	line, _ := answer.ReadString('\n')
	fmt.Print(line)
	fmt.Fprintln(out, "two")
	line, _ = answer.ReadString('\n')
	fmt.Print(line)
	out.Close()
	_, err = answer.ReadString('\n')
	fmt.Println(err)
	// Output:
	// ONE
	// TWO
	// EOF
}

// A handler of package net/http.
func ExampleAdapt() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "item %s", r.PathValue("id"))
	})
	srv, url := start(http1net.Adapt(mux))
	defer srv.Close()

	resp, err := http.Get(url + "/items/7")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.Status, string(body))
	http.DefaultClient.CloseIdleConnections()
	// Output: 200 OK item 7
}

// Our client under net/http's, which adds redirects and cookies.
func ExampleTransport() {
	srv, url := start(http1net.HandlerFunc(func(w *http1net.ResponseWriter, r *http1net.Request) {
		if r.Path() == "/old" {
			w.Header().Set("Location", "/new")
			w.WriteHeader(301)
			return
		}
		w.WriteString("at " + r.Target)
	}))
	defer srv.Close()

	transport := &http1net.Transport{Client: &http1net.Client{}}
	defer transport.Client.Close()
	client := http.Client{Transport: transport}
	resp, err := client.Get(url + "/old")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(string(body))
	// Output: at /new
}

// An end that cuts nothing: the request that runs is finished.
func ExampleServer_Shutdown() {
	began := make(chan bool)
	srv, url := start(http1net.HandlerFunc(func(w *http1net.ResponseWriter, r *http1net.Request) {
		began <- true
		time.Sleep(500 * time.Millisecond)
		w.WriteString("finished")
	}))

	go func() {
		<-began
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		srv.Shutdown(ctx)
	}()
	client := &http1net.Client{}
	defer client.Close()
	resp, err := client.Get(context.Background(), url)
	if err != nil {
		log.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(string(body), resp.Header.Get("Connection"))
	// Output: finished close
}

// Another protocol on the connection, after a 101.
func ExampleResponseWriter_Hijack() {
	srv, url := start(http1net.HandlerFunc(func(w *http1net.ResponseWriter, r *http1net.Request) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "echo")
		w.WriteHeader(101)
		conn, rest, err := w.Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		conn.Write(rest)
		io.Copy(conn, conn)
	}))
	defer srv.Close()

	client := &http1net.Client{}
	defer client.Close()
	r, _ := http1net.NewRequest("GET", url+"/", nil)
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "echo")
	resp, err := client.Do(context.Background(), r)
	if err != nil {
		log.Fatal(err)
	}
	conn, _ := resp.Upgrade()
	defer conn.Close()
	fmt.Fprintln(conn, "hello")
	line, _ := bufio.NewReader(conn).ReadString('\n')
	fmt.Print(line)
	// Output: hello
}

// Fields that are sent before the answer, and behind it.
func ExampleResponseWriter_Inform() {
	srv, url := start(http1net.HandlerFunc(func(w *http1net.ResponseWriter, r *http1net.Request) {
		w.Inform(103, http1net.Header{{Name: "Link", Value: "</style.css>; rel=preload"}})
		w.Header().Set("Trailer", "X-Lines")
		w.WriteString("body")
		w.Trailer().Set("X-Lines", "1")
	}))
	defer srv.Close()

	client := &http1net.Client{}
	defer client.Close()
	r, _ := http1net.NewRequest("GET", url+"/", nil)
	r.OnInformation = func(status int, h http1net.Header) { fmt.Println(status, h.Get("Link")) }
	resp, err := client.Do(context.Background(), r)
	if err != nil {
		log.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(string(body), resp.Trailer.Get("X-Lines"))
	// Output:
	// 103 </style.css>; rel=preload
	// body 1
}
