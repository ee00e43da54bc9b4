package pki

import (
	"bytes"
	"encoding/asn1"
	"net"
	"strings"
	"time"
)

// Verification is how a chain of certificates is judged.
type Verification struct {
	Roots *Store
	// Lists are lists of revoked certificates; with any, all certificates must be on one's
	// scope (OpenSSL's CRL_CHECK_ALL).
	Lists []*RevocationList
	// Client: the chain is a client's, to be judged by a server.
	Client bool
	// PartialChain takes a chain that ends in any certificate of Roots.
	PartialChain bool
	// Level is OpenSSL's security level.
	Level int
	Now   time.Time
}

// Store is a set of trusted certificates.
type Store struct {
	all       []*Certificate
	bySubject map[string][]*Certificate
}

// NewStore is a store of these certificates; one that is there twice counts once.
func NewStore(certificates []*Certificate) *Store {
	s := &Store{bySubject: map[string][]*Certificate{}}
	for _, c := range certificates {
		s.add(c)
	}
	return s
}

func (s *Store) add(c *Certificate) {
	if s.has(c) {
		return
	}
	s.all = append(s.all, c)
	key := subjectKey(c.Subject)
	s.bySubject[key] = append(s.bySubject[key], c)
}

// All are the certificates of the store, in the order in which they came.
func (s *Store) All() []*Certificate { return s.all }

func (s *Store) has(c *Certificate) bool {
	for _, d := range s.bySubject[subjectKey(c.Subject)] {
		if bytes.Equal(c.Raw, d.Raw) {
			return true
		}
	}
	return false
}

func subjectKey(n Name) string {
	var b strings.Builder
	for _, set := range n {
		for _, a := range set {
			b.WriteString(a.OID.String() + "=" + canonical(a.Value) + ";")
		}
		b.WriteByte('/')
	}
	return b.String()
}

// issuer finds who issued a certificate: one that is valid now before one that is not.
func (s *Store) issuer(c *Certificate, now time.Time) *Certificate {
	return pick(s.bySubject[subjectKey(c.Issuer)], c, now)
}

func pick(candidates []*Certificate, c *Certificate, now time.Time) *Certificate {
	var best *Certificate
	for _, i := range candidates {
		if !c.IssuedBy(i) {
			continue
		}
		if !now.Before(i.NotBefore) && !now.After(i.NotAfter) {
			return i
		}
		if best == nil || i.NotAfter.After(best.NotAfter) {
			best = i
		}
	}
	return best
}

// maxDepth is how long a chain may be: OpenSSL's default.
const maxDepth = 100

// Chain is the way from a certificate to a trusted one, as far as it can be found: among
// the trusted certificates first, then among those that the peer sent. trusted is how
// many of its last members are from the store.
func (s *Store) Chain(leaf *Certificate, sent []*Certificate, now time.Time) (chain []*Certificate, trusted int) {
	chain = []*Certificate{leaf}
	if s.has(leaf) {
		trusted = 1
	}
	rest := append([]*Certificate(nil), sent...)
	for last := leaf; !last.selfSigned() && len(chain) <= maxDepth; {
		if i := s.issuer(last, now); i != nil {
			chain, last = append(chain, i), i
			trusted++
			continue
		}
		i := pick(rest, last, now)
		if trusted > 0 || i == nil {
			break
		}
		for k, c := range rest {
			if c == i {
				rest = append(rest[:k:k], rest[k+1:]...)
				break
			}
		}
		chain, last = append(chain, i), i
		if s.has(i) {
			trusted++
		}
	}
	return chain, trusted
}

// Verify judges a chain that a peer sent, its own certificate first, as OpenSSL does when
// it is told to go on after each error, as Node tells it: of several, the last that it
// comes upon is the answer. The code is Node's; "" when all is well. Names of hosts are
// not looked at.
func (v *Verification) Verify(sent []*Certificate) (code string) {
	if len(sent) == 0 {
		return "UNABLE_TO_GET_ISSUER_CERT"
	}
	if v.Now.IsZero() {
		v.Now = time.Now()
	}
	chain, trusted := v.Roots.Chain(sent[0], sent[1:], v.Now)
	last := chain[len(chain)-1]
	fail := func(c string) { code = c }

	if !StrongEnough(keyBits(sent[0]), v.Level) {
		fail("EE_KEY_TOO_SMALL")
	}
	switch {
	case trusted > 0 && (v.PartialChain || last.selfSigned()):
	case len(chain) > maxDepth:
		fail("CERT_CHAIN_TOO_LONG")
	case last.selfSigned() && len(chain) == 1:
		fail("DEPTH_ZERO_SELF_SIGNED_CERT")
	case last.selfSigned():
		fail("SELF_SIGNED_CERT_IN_CHAIN")
	case trusted > 0:
		fail("UNABLE_TO_GET_ISSUER_CERT")
	default:
		fail("UNABLE_TO_GET_ISSUER_CERT_LOCALLY")
	}
	v.checkExtensions(chain, fail)
	v.checkStrength(chain, fail)
	if len(v.Lists) > 0 {
		v.checkRevocation(chain, fail)
	}
	v.checkSignatures(chain, trusted, fail)
	checkNameLimits(chain, fail)
	return code
}

func keyBits(c *Certificate) int {
	k, err := c.PublicKey()
	if err != nil {
		return 0
	}
	return k.SecurityBits()
}

// checkExtensions is check_extensions: who may issue, and what for.
func (v *Verification) checkExtensions(chain []*Certificate, fail func(string)) {
	issuedOthers := 0
	for i, c := range chain {
		u := &c.uses
		if u.critical {
			fail("UNHANDLED_CRITICAL_EXTENSION")
		}
		if u.invalid {
			fail("INVALID_EXTENSION")
		}
		if i > 0 && !c.IsCA() {
			fail("INVALID_CA")
		}
		if !v.fitsPurpose(c, i > 0) {
			fail("INVALID_PURPOSE")
		}
		if i > 1 && u.pathLength >= 0 && issuedOthers > u.pathLength {
			fail("PATH_LENGTH_EXCEEDED")
		}
		if i > 0 && !c.SelfIssued() {
			issuedOthers++
		}
	}
}

var (
	oidServerAuth = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 1}
	oidClientAuth = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 2}
	// Netscape's and Microsoft's step-up for servers.
	oidStepUp = asn1.ObjectIdentifier{2, 16, 840, 1, 113730, 4, 1}
)

func (v *Verification) fitsPurpose(c *Certificate, ca bool) bool {
	u := &c.uses
	if u.extended != nil {
		ok := false
		for _, id := range u.extended {
			ok = ok || v.Client && id.Equal(oidClientAuth) ||
				!v.Client && (id.Equal(oidServerAuth) || id.Equal(oidStepUp))
		}
		if !ok {
			return false
		}
	}
	if ca || u.usage < 0 {
		return true
	}
	if v.Client {
		return u.usage&(usageDigitalSignature|usageKeyAgreement) != 0
	}
	return u.usage&(usageDigitalSignature|usageKeyEncipherment|usageKeyAgreement) != 0
}

// checkStrength is check_auth_level.
func (v *Verification) checkStrength(chain []*Certificate, fail func(string)) {
	if v.Level <= 0 {
		return
	}
	for i, c := range chain {
		if i > 0 && !StrongEnough(keyBits(c), v.Level) {
			fail("CA_KEY_TOO_SMALL")
		}
		// The signature of the last one is not what it is trusted for.
		if i < len(chain)-1 && !StrongEnough(c.signatureBits(), v.Level) {
			fail("CA_MD_TOO_WEAK")
		}
	}
}

// checkSignatures is internal_verify: signatures and times, from the last to the first.
func (v *Verification) checkSignatures(chain []*Certificate, trusted int, fail func(string)) {
	n := len(chain) - 1
	last := chain[n]
	if !last.SelfIssued() && !(v.PartialChain && trusted > 0) && n == 0 {
		fail("UNABLE_TO_VERIFY_LEAF_SIGNATURE")
	}
	for i := n; i >= 0; i-- {
		c := chain[i]
		// The signature of a root says nothing: OpenSSL leaves it out too.
		if i < n {
			if k, err := chain[i+1].PublicKey(); err != nil {
				fail("UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY")
			} else if !c.CheckSignature(k) {
				fail("CERT_SIGNATURE_FAILURE")
			}
		}
		switch {
		case v.Now.Before(c.NotBefore):
			fail("CERT_NOT_YET_VALID")
		case v.Now.After(c.NotAfter):
			fail("CERT_HAS_EXPIRED")
		}
	}
}

// checkRevocation is check_revocation for every member of a chain.
func (v *Verification) checkRevocation(chain []*Certificate, fail func(string)) {
	for i, c := range chain {
		var list *RevocationList
		for _, l := range v.Lists {
			if l.Issuer.equal(c.Issuer) && (list == nil || l.ThisUpdate.After(list.ThisUpdate)) {
				list = l
			}
		}
		if list == nil {
			fail("UNABLE_TO_GET_CRL")
			continue
		}
		issuer := c
		if i+1 < len(chain) {
			issuer = chain[i+1]
		}
		if u := issuer.uses.usage; u >= 0 && u&usageCRLSign == 0 {
			fail("KEYUSAGE_NO_CRL_SIGN")
		}
		switch {
		case v.Now.Before(list.ThisUpdate):
			fail("CRL_NOT_YET_VALID")
		case !list.NextUpdate.IsZero() && v.Now.After(list.NextUpdate):
			fail("CRL_HAS_EXPIRED")
		}
		if k, err := issuer.PublicKey(); err != nil {
			fail("UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY")
		} else if !checkSignature(k, list.algorithm, list.signed, list.signature) {
			fail("CRL_SIGNATURE_FAILURE")
		}
		if list.revoked[c.Serial.String()] {
			fail("CERT_REVOKED")
		}
	}
}

// checkNameLimits holds the names of certificates against the limits of those above them.
func checkNameLimits(chain []*Certificate, fail func(string)) {
	for i := len(chain) - 1; i > 0; i-- {
		value := chain[i].extension(oidNameLimits)
		if value == nil {
			continue
		}
		limits, ok := parseLimits(value)
		if !ok {
			fail("UNSUPPORTED_CONSTRAINT_SYNTAX")
			continue
		}
		for _, c := range chain[:i] {
			if c != chain[0] && c.SelfIssued() {
				continue
			}
			if !limits.allow(c) {
				fail("PERMITTED_VIOLATION")
			} else if limits.forbid(c) {
				fail("EXCLUDED_VIOLATION")
			}
		}
	}
}

type nameLimits struct{ permitted, excluded []GeneralName }

func parseLimits(der []byte) (limits nameLimits, ok bool) {
	var raw struct {
		Permitted []limitTree `asn1:"optional,tag:0"`
		Excluded  []limitTree `asn1:"optional,tag:1"`
	}
	if _, err := asn1.Unmarshal(der, &raw); err != nil {
		return limits, false
	}
	for _, t := range raw.Permitted {
		limits.permitted = append(limits.permitted, GeneralName{t.Base.Tag, t.Base.Bytes})
	}
	for _, t := range raw.Excluded {
		limits.excluded = append(limits.excluded, GeneralName{t.Base.Tag, t.Base.Bytes})
	}
	return limits, true
}

type limitTree struct {
	Base asn1.RawValue
	Min  int `asn1:"optional,tag:0,default:0"`
	Max  int `asn1:"optional,tag:1,default:-1"`
}

// names are all names of a certificate that limits speak of.
func limitedNames(c *Certificate) []GeneralName {
	names, _ := c.AltNames()
	if len(c.Subject) > 0 {
		var seq asn1.RawValue
		if _, err := asn1.Unmarshal(c.RawSubject, &seq); err == nil {
			names = append(names, GeneralName{DirName, c.RawSubject})
		}
	}
	return names
}

func (l nameLimits) allow(c *Certificate) bool {
	for _, n := range limitedNames(c) {
		any, ok := false, false
		for _, p := range l.permitted {
			if p.Kind == n.Kind {
				any = true
				ok = ok || p.covers(n)
			}
		}
		if any && !ok {
			return false
		}
	}
	return true
}

func (l nameLimits) forbid(c *Certificate) bool {
	for _, n := range limitedNames(c) {
		for _, x := range l.excluded {
			if x.Kind == n.Kind && x.covers(n) {
				return true
			}
		}
	}
	return false
}

// covers reports whether a name lies in the tree that n is the base of (RFC 5280, 4.2.1.10).
func (n GeneralName) covers(name GeneralName) bool {
	base, s := strings.ToLower(string(n.Bytes)), strings.ToLower(string(name.Bytes))
	domain := func(host string) bool {
		if base == "" || host == base {
			return true
		}
		if strings.HasPrefix(base, ".") {
			return strings.HasSuffix(host, base)
		}
		return n.Kind == DNSName && strings.HasSuffix(host, "."+base)
	}
	switch n.Kind {
	case DNSName:
		return domain(s)
	case EmailName:
		at := strings.LastIndexByte(s, '@')
		if strings.Contains(base, "@") {
			return s == base
		}
		return at >= 0 && domain(s[at+1:])
	case URIName:
		_, host, _ := strings.Cut(s, "://")
		host, _, _ = strings.Cut(host, "/")
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		return domain(host)
	case IPName:
		half := len(n.Bytes) / 2
		if half != len(name.Bytes) {
			return false
		}
		for i, b := range name.Bytes {
			if b&n.Bytes[half+i] != n.Bytes[i]&n.Bytes[half+i] {
				return false
			}
		}
		return true
	case DirName:
		a, err := parseName(n.Bytes)
		b, err2 := parseName(name.Bytes)
		return err == nil && err2 == nil && len(a) <= len(b) && a.equal(b[:len(a)])
	}
	return false
}
