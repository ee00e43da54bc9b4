package edge

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/sluice-http/sluice/config"
)

// Certificates are what listeners that speak TLS use: certificates from files, chosen by
// the name that a client asks for, and read again when the files change. New files
// replace the old ones for new connections only, all at once; files that are wrong, or
// half written, replace nothing.
type Certificates struct {
	config config.TLS
	log    *slog.Logger
	outer  *tls.Config                // what servers are given
	now    atomic.Pointer[tls.Config] // what a handshake gets

	mu      sync.Mutex // guards all below
	pairs   []*watched[*tls.Certificate]
	clients *watched[*x509.CertPool] // nil without client_ca
	keys    [][32]byte               // of session tickets, the newest first
	rotated time.Time

	stop    chan struct{}
	stopped chan struct{}
}

const (
	// certificateStep is how often the files are looked at. They are read when they were
	// left alone for one such step: who writes two files writes them one after the other.
	certificateStep = time.Second
	// ticketKeyAge is how long a key seals new session tickets, ticketKeys how many keys
	// can still open one: a session can be resumed for that many hours.
	ticketKeyAge = time.Hour
	ticketKeys   = 24
)

// OpenCertificates reads the certificates of a configuration and begins to watch their
// files. What happens to them is logged; log may be nil.
func OpenCertificates(c config.TLS, log *slog.Logger) (*Certificates, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Certificates{config: c, log: log, stop: make(chan struct{}), stopped: make(chan struct{})}
	if len(c.Certificates) == 0 {
		return nil, errors.New("there is no certificate")
	}
	for i := range c.Certificates {
		pair := &c.Certificates[i]
		s.pairs = append(s.pairs, &watched[*tls.Certificate]{files: []string{string(pair.Cert), string(pair.Key)}, load: pair.Load})
	}
	if c.ClientCA != "" {
		s.clients = &watched[*x509.CertPool]{files: []string{string(c.ClientCA)}, load: func() (*x509.CertPool, error) { return config.LoadAuthorities(c.ClientCA) }}
		if err := s.clients.open(); err != nil {
			return nil, err
		}
	}
	for _, p := range s.pairs {
		if err := p.open(); err != nil {
			return nil, err
		}
		s.warn(p.value.Leaf, time.Now())
	}
	s.rotate(time.Now())
	s.publish()
	s.outer = s.base()
	s.outer.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return s.now.Load(), nil }
	go s.watch()
	return s, nil
}

// Config is the configuration of servers. Its connections use what the files have said
// last.
func (s *Certificates) Config() *tls.Config { return s.outer }

// resume takes the keys of session tickets over, where the same clients are welcome:
// their sessions go on.
func (s *Certificates) resume(before *Certificates) {
	before.mu.Lock()
	defer before.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	same := (s.clients == nil) == (before.clients == nil) && (s.clients == nil || s.clients.value.Equal(before.clients.value))
	if !same || s.config.ClientAuth != before.config.ClientAuth {
		return
	}
	s.keys, s.rotated = slices.Clone(before.keys), before.rotated
	s.now.Load().SetSessionTicketKeys(s.keys)
}

// Close ends watching the files. What the configuration has it keeps.
func (s *Certificates) Close() error {
	close(s.stop)
	<-s.stopped
	return nil
}

func (s *Certificates) watch() {
	defer close(s.stopped)
	tick := time.NewTicker(certificateStep)
	defer tick.Stop()
	for {
		select {
		case <-s.stop:
			return
		case now := <-tick.C:
			s.check(now)
		}
	}
}

// check looks at the files, and takes what has changed.
func (s *Certificates) check(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := false
	for _, p := range s.pairs {
		if news, err := p.check(); err != nil {
			s.log.Warn("a changed certificate cannot be used; the old one stays", "cert", p.files[0], "key", p.files[1], "error", err)
		} else if news {
			changed = true
			s.log.Info("certificate read again", "cert", p.files[0], "names", strings.Join(names(p.value.Leaf), " "), "expires", p.value.Leaf.NotAfter)
			s.warn(p.value.Leaf, now)
		}
	}
	if s.clients != nil {
		if news, err := s.clients.check(); err != nil {
			s.log.Warn("changed authorities of client certificates cannot be used; the old ones stay", "client_ca", s.clients.files[0], "error", err)
		} else if news {
			changed = true
			s.log.Info("authorities of client certificates read again", "client_ca", s.clients.files[0])
			s.keys = nil // whom the old ones let in must not come in by a ticket
			s.rotate(now)
		}
	}
	if now.Sub(s.rotated) >= ticketKeyAge {
		s.rotate(now)
		s.now.Load().SetSessionTicketKeys(s.keys)
	}
	if changed {
		s.publish()
	}
}

// warn says that a certificate is of no use, though it was read.
func (s *Certificates) warn(c *x509.Certificate, now time.Time) {
	switch {
	case now.After(c.NotAfter):
		s.log.Warn("a certificate has expired", "names", strings.Join(names(c), " "), "expired", c.NotAfter)
	case now.Before(c.NotBefore):
		s.log.Warn("a certificate does not hold yet", "names", strings.Join(names(c), " "), "begins", c.NotBefore)
	}
}

// rotate makes a new key for session tickets.
func (s *Certificates) rotate(now time.Time) {
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails
	s.keys = append([][32]byte{key}, s.keys[:min(len(s.keys), ticketKeys-1)]...)
	s.rotated = now
}

// base is what every configuration has.
func (s *Certificates) base() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, DynamicRecordSizingDisabled: true}
	if s.config.MinVersion == "1.3" {
		c.MinVersion = tls.VersionTLS13
	}
	return c
}

// publish makes the configuration of handshakes from now on.
func (s *Certificates) publish() {
	c := s.base()
	switch {
	case s.config.ClientAuth == "require":
		c.ClientAuth = tls.RequireAndVerifyClientCert
	case s.config.ClientAuth == "request" && s.clients != nil:
		c.ClientAuth = tls.VerifyClientCertIfGiven
	case s.config.ClientAuth == "request":
		c.ClientAuth = tls.RequestClientCert
	}
	if s.clients != nil {
		c.ClientCAs = s.clients.value
	}
	var all []*tls.Certificate
	for _, p := range s.pairs {
		all = append(all, p.value)
	}
	c.GetCertificate = newChooser(all).choose
	c.SetSessionTicketKeys(s.keys)
	s.now.Store(c)
}

// chooser finds the certificate for a name.
type chooser struct {
	first  []*tls.Certificate            // the default, and others for the same names
	byName map[string][]*tls.Certificate // also *.example.com
}

func newChooser(all []*tls.Certificate) *chooser {
	c := &chooser{byName: map[string][]*tls.Certificate{}}
	for _, cert := range all {
		for _, name := range names(cert.Leaf) {
			c.byName[name] = append(c.byName[name], cert)
		}
		if slices.Equal(names(cert.Leaf), names(all[0].Leaf)) {
			c.first = append(c.first, cert)
		}
	}
	return c
}

// names are the names that a certificate is for, sorted.
func names(c *x509.Certificate) []string {
	var all []string
	for _, name := range c.DNSNames {
		all = append(all, strings.ToLower(strings.TrimSuffix(name, ".")))
	}
	if len(all) == 0 && c.Subject.CommonName != "" {
		all = append(all, strings.ToLower(c.Subject.CommonName))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// choose is for tls.Config.GetCertificate: the certificate for the very name, then that
// for *. in place of its first part, then the first one. Of several for one name, with
// keys of different kinds, it is the first that the client can use.
func (c *chooser) choose(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))
	candidates := c.byName[name]
	if candidates == nil {
		if _, rest, ok := strings.Cut(name, "."); ok {
			candidates = c.byName["*."+rest]
		}
	}
	if candidates == nil {
		candidates = c.first
	}
	if len(candidates) > 1 {
		nameless := *hello // the name is found; crypto/tls would refuse a default
		nameless.ServerName = ""
		for _, cert := range candidates {
			if nameless.SupportsCertificate(cert) == nil {
				return cert, nil
			}
		}
	}
	return candidates[0], nil
}

// watched is what a few files say, read again when they have changed.
type watched[T any] struct {
	files []string
	load  func() (T, error)
	value T
	seen  []fileStamp // of the last look
	taken []fileStamp // of what was last read
	wrong string      // why it could not be taken; told once
}

func (w *watched[T]) open() (err error) {
	w.seen = stampsOf(w.files)
	w.taken = w.seen
	w.value, err = w.load()
	return err
}

// check reports whether there is a new value, or once why there is none.
func (w *watched[T]) check() (news bool, err error) {
	now := stampsOf(w.files)
	if !slices.Equal(now, w.seen) {
		w.seen = now
		return false, nil // somebody writes
	}
	if slices.Equal(now, w.taken) {
		return false, nil
	}
	v, err := w.load()
	if err != nil {
		if err.Error() == w.wrong {
			return false, nil
		}
		w.wrong = err.Error()
		return false, err
	}
	w.value, w.taken, w.wrong = v, now, ""
	return true, nil
}

// fileStamp tells a file from what it was.
type fileStamp struct {
	size       int64
	time       time.Time
	inode, dev uint64
	gone       string
}

func stampsOf(files []string) []fileStamp {
	stamps := make([]fileStamp, 0, len(files))
	for _, file := range files {
		info, err := os.Stat(file) // through symbolic links, as certbot and Kubernetes have them
		if err != nil {
			stamps = append(stamps, fileStamp{gone: fmt.Sprint(err)})
			continue
		}
		s := fileStamp{size: info.Size(), time: info.ModTime()}
		if sys, ok := info.Sys().(*syscall.Stat_t); ok {
			s.inode, s.dev = sys.Ino, uint64(sys.Dev)
		}
		stamps = append(stamps, s)
	}
	return stamps
}
