package edge_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/http1/http1net"
)

// The edge in front of a handler, with TLS and a second listener that sends everybody to
// it. New files of the certificate are taken while the server runs.
func ExampleEngine_TLSConfig() {
	dir := certificateFor("localhost") // cert.pem and key.pem
	defer os.RemoveAll(dir)
	settings, err := config.Parse(filepath.Join(dir, "sluice.toml"), []byte(`
access_log = false

[[listen]]
host = "127.0.0.1"
port = 8443
tls = true

[[tls.certificate]]
cert = "cert.pem"
key = "key.pem"
`), config.Options{})
	if err != nil {
		log.Fatal(err)
	}
	engine, err := edge.New(settings.Config, edge.Options{Application: true, Log: slog.Default()})
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()
	hello := http1net.HandlerFunc(func(w *http1net.ResponseWriter, r *http1net.Request) {
		fmt.Fprintf(w, "hello over %s\n", tls.VersionName(r.TLS.Version))
	})
	secure := &http1net.Server{Handler: engine.Handler(hello), TLSConfig: engine.TLSConfig()}
	defer secure.Close()
	plain := &http1net.Server{Handler: engine.RedirectHandler(443, nil)}
	defer plain.Close()
	secureAt, plainAt := listen(), listen() // a program calls ListenAndServe instead
	go secure.ServeTLS(secureAt, "", "")
	go plain.Serve(plainAt)

	client := &http1net.Client{TLSConfig: &tls.Config{InsecureSkipVerify: true}}
	defer client.Close()
	resp, err := client.Get(context.Background(), "https://"+secureAt.Addr().String()+"/")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Print(string(body))
	resp, err = client.Get(context.Background(), "http://"+plainAt.Addr().String()+"/a?b")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status, resp.Header.Get("Location"))
	// Output:
	// hello over TLS 1.3
	// 308 https://127.0.0.1/a?b
}

func listen() net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	return l
}

// certificateFor makes a folder with a certificate that signs itself.
func certificateFor(name string) (dir string) {
	dir, err := os.MkdirTemp("", "edge")
	if err != nil {
		log.Fatal(err)
	}
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		log.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		log.Fatal(err)
	}
	for file, b := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(b), 0o600); err != nil {
			log.Fatal(err)
		}
	}
	return dir
}
