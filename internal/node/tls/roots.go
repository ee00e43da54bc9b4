package tls

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/crypto/x509roots/fallback/bundle"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/pki"
)

// trust is a set of certificates that is read when a chain is first held against it.
type trust struct {
	once  sync.Once
	load  func() []*pki.Certificate
	store *pki.Store
}

func (t *trust) Store() *pki.Store {
	t.once.Do(func() { t.store = pki.NewStore(t.load()) })
	return t.store
}

func trusting(certificates []*pki.Certificate) *trust {
	return &trust{load: func() []*pki.Certificate { return certificates }}
}

// bundled are Mozilla's roots, which every binary carries.
var bundled = sync.OnceValue(func() []*pki.Certificate {
	var all []*pki.Certificate
	for root := range bundle.Roots() {
		// Roots that hold for a part of the names or times alone need a judge that knows that.
		if root.Constraint != nil {
			continue
		}
		if c, err := pki.ParseCertificate(root.Certificate); err == nil {
			all = append(all, c)
		}
	}
	return all
})

// Where systems keep the certificates they trust.
var (
	systemFiles = []string{
		"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
	}
	systemFolders = []string{"/etc/ssl/certs", "/etc/pki/tls/certs"}
)

// system are the certificates that the operating system trusts: those of the file and
// folders that SSL_CERT_FILE and SSL_CERT_DIR name, or of where they mostly are.
var system = sync.OnceValue(func() []*pki.Certificate {
	files, folders := systemFiles, systemFolders
	if f := os.Getenv("SSL_CERT_FILE"); f != "" {
		files = []string{f}
	}
	if d := os.Getenv("SSL_CERT_DIR"); d != "" {
		folders = filepath.SplitList(d)
	}
	for _, f := range files {
		if all, err := readCertificates(f); err == nil && len(all) > 0 {
			return all
		}
	}
	for _, d := range folders {
		var all []*pki.Certificate
		entries, _ := os.ReadDir(d)
		for _, e := range entries {
			found, _ := readCertificates(filepath.Join(d, e.Name()))
			all = append(all, found...)
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
})

func readCertificates(file string) ([]*pki.Certificate, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return pki.ParseCertificates(text)
}

// defaults are the certificates that contexts of one environment trust when they name
// none of their own.
type defaults struct {
	useBundled, useSystem bool
	extraFile             string // NODE_EXTRA_CA_CERTS
	current               *trust
	replaced              bool // by tls.setDefaultCACertificates()
	extra                 func() ([]*pki.Certificate, error)
}

func defaultsOf(env *node.Env) *defaults {
	return node.Slot(env, func() *defaults {
		d := &defaults{}
		d.configure(true, false, "")
		return d
	})
}

// configure says where the defaults come from; what was set before is forgotten.
func (d *defaults) configure(useBundled, useSystem bool, extraFile string) {
	d.useBundled, d.useSystem, d.extraFile = useBundled, useSystem, extraFile
	d.extra = sync.OnceValues(func() ([]*pki.Certificate, error) {
		if extraFile == "" {
			return nil, nil
		}
		return readCertificates(extraFile)
	})
	d.current = &trust{load: func() []*pki.Certificate {
		var all []*pki.Certificate
		if useBundled {
			all = append(all, bundled()...)
		}
		if useSystem {
			all = append(all, system()...)
		}
		extra, _ := d.extra()
		return append(all, extra...)
	}}
}

// texts are certificates in PEM. The bundled ones have no line break at the end, as
// Node's have none.
func texts(certificates []*pki.Certificate, end string) []string {
	out := make([]string, len(certificates))
	for i, c := range certificates {
		text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
		out[i] = string(text[:len(text)-1]) + end
	}
	return out
}

// currentTexts are the defaults in PEM: each source's in its own form, also when another
// has the same certificate.
func (d *defaults) currentTexts() []string {
	if d.replaced {
		return texts(d.current.Store().All(), "\n")
	}
	var all []string
	if d.useBundled {
		all = texts(bundled(), "")
	}
	if d.useSystem {
		all = append(all, texts(system(), "\n")...)
	}
	extra, _ := d.extra()
	return append(all, texts(extra, "\n")...)
}
