// Command tls measures HTTPS beside Node.js: full handshakes per second, and hello over
// connections that stay open (with wrk).
package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"fmt"
	"log"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var (
	sluice   = flag.String("sluice", "./sluice", "the program to measure")
	node     = flag.String("node", "node", "what it is compared with")
	duration = flag.Duration("d", 5*time.Second, "how long each measurement takes")
	clients  = flag.Int("c", 16, "connections at a time")
	rounds   = flag.Int("rounds", 3, "measurements of each, in turn; the best counts")
)

const server = `
const fs = require('fs');
const [, , cert] = process.argv;
const pem = fs.readFileSync(cert);
require('https').createServer({ key: pem, cert: pem }, (req, res) => res.end('Hello World'))
  .listen(0, '127.0.0.1', function() { console.log(this.address().port); });
`

func main() {
	flag.Parse()
	dir, err := os.MkdirTemp("", "bench-tls")
	check(err)
	defer os.RemoveAll(dir)
	check(os.WriteFile(filepath.Join(dir, "server.js"), []byte(server), 0o600))
	check(os.WriteFile(filepath.Join(dir, "cert.pem"), certificate(), 0o600))
	programs := []string{*sluice, *node}
	best := map[string]float64{}
	for range *rounds {
		for _, program := range programs {
			address, stop := start(program, dir)
			best[program+" handshakes"] = max(best[program+" handshakes"], handshakes(address))
			best[program+" hello"] = max(best[program+" hello"], hello(address))
			stop()
		}
	}
	fmt.Printf("%-24s %14s %14s %7s\n", "per second", "sluice", "node", "ratio")
	for _, what := range []string{"handshakes", "hello"} {
		a, b := best[*sluice+" "+what], best[*node+" "+what]
		fmt.Printf("%-24s %14.0f %14.0f %7.2f\n", what, a, b, a/b)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// certificate is a key of P-256 with a certificate of its own for it.
func certificate() []byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	check(err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	check(err)
	return append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
}

func start(program, dir string) (address string, stop func()) {
	cmd := exec.Command(program, filepath.Join(dir, "server.js"), filepath.Join(dir, "cert.pem"))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	check(err)
	check(cmd.Start())
	port, err := bufio.NewReader(out).ReadString('\n')
	check(err)
	return "127.0.0.1:" + strings.TrimSpace(port), func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

// handshakes connects again and again, without resuming: a request proves that the
// server has finished, too.
func handshakes(address string) float64 {
	var n atomic.Int64
	var wg sync.WaitGroup
	end := time.Now().Add(*duration)
	for range *clients {
		wg.Go(func() {
			for time.Now().Before(end) {
				// The certificate was made for this measurement.
				c, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
				check(err)
				_, err = c.Write([]byte("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
				check(err)
				_, err = c.Read(make([]byte, 1024))
				check(err)
				check(c.Close())
				n.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(n.Load()) / duration.Seconds()
}

var perSecond = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)

func hello(address string) float64 {
	out, err := exec.Command("wrk", "-t1", fmt.Sprint("-c", *clients), "-d", duration.String(), "https://"+address+"/").CombinedOutput()
	if err != nil {
		log.Fatalf("wrk: %v\n%s", err, out)
	}
	found := perSecond.FindSubmatch(out)
	if found == nil {
		log.Fatalf("wrk said nothing of requests per second:\n%s", out)
	}
	var rate float64
	_, err = fmt.Sscan(string(found[1]), &rate)
	check(err)
	return rate
}
