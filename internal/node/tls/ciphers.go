package tls

import (
	"crypto/tls"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/sluice-http/sluice/internal/pki"
)

// cipher is one of OpenSSL's ciphers.
type cipher struct {
	id                         uint16
	name, version              string
	exchange, auth, crypt, mac string
	bits                       int
	// there says that crypto/tls has it.
	there bool
}

var ciphers = sync.OnceValue(func() []*cipher {
	there := map[uint16]bool{}
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		there[s.ID] = true
	}
	var all []*cipher
	for line := range strings.Lines(cipherTable) {
		f := strings.Fields(line)
		if len(f) != 7 {
			continue
		}
		id, _ := strconv.ParseUint(f[0], 16, 16)
		c := &cipher{id: uint16(id), name: f[1], version: f[2], exchange: f[3], auth: f[4], crypt: f[5], mac: f[6]}
		if _, bits, ok := strings.Cut(c.crypt, "("); ok {
			c.bits, _ = strconv.Atoi(strings.TrimSuffix(bits, ")"))
		}
		c.there = there[c.id]
		all = append(all, c)
	}
	return all
})

// listCiphers are the ciphers that connections can have, as tls.getCiphers() lists them.
func listCiphers() []string {
	var names []string
	for _, c := range ciphers() {
		if c.there {
			names = append(names, strings.ToLower(c.name))
		}
	}
	slices.Sort(names)
	return names
}

// cipherAliases are the words of OpenSSL's cipher lists that stand for many ciphers.
var cipherAliases = map[string]func(c *cipher) bool{
	"ALL":    func(c *cipher) bool { return c.crypt != "None" },
	"HIGH":   func(c *cipher) bool { return c.bits >= 128 && !strings.HasPrefix(c.crypt, "AESCCM8") },
	"aRSA":   func(c *cipher) bool { return c.auth == "RSA" },
	"kRSA":   func(c *cipher) bool { return c.exchange == "RSA" },
	"RSA":    func(c *cipher) bool { return c.exchange == "RSA" && c.auth == "RSA" },
	"kDHE":   func(c *cipher) bool { return c.exchange == "DH" },
	"DHE":    func(c *cipher) bool { return c.exchange == "DH" && c.auth != "None" },
	"DH":     func(c *cipher) bool { return c.exchange == "DH" },
	"ADH":    func(c *cipher) bool { return c.exchange == "DH" && c.auth == "None" },
	"kECDHE": func(c *cipher) bool { return c.exchange == "ECDH" },
	"ECDHE":  func(c *cipher) bool { return c.exchange == "ECDH" && c.auth != "None" },
	"ECDH":   func(c *cipher) bool { return c.exchange == "ECDH" },
	"AECDH":  func(c *cipher) bool { return c.exchange == "ECDH" && c.auth == "None" },
	"aNULL":  func(c *cipher) bool { return c.auth == "None" },
	"eNULL":  func(c *cipher) bool { return c.crypt == "None" },
	"aECDSA": func(c *cipher) bool { return c.auth == "ECDSA" },
	"aDSS":   func(c *cipher) bool { return c.auth == "DSS" },
	"aPSK":   func(c *cipher) bool { return c.auth == "PSK" },
	"PSK":    func(c *cipher) bool { return strings.HasSuffix(c.exchange, "PSK") },
	"SRP":    func(c *cipher) bool { return c.exchange == "SRP" },
	"AES":    func(c *cipher) bool { return strings.HasPrefix(c.crypt, "AES") },
	"AES128": func(c *cipher) bool { return strings.HasPrefix(c.crypt, "AES") && c.bits == 128 },
	"AES256": func(c *cipher) bool { return strings.HasPrefix(c.crypt, "AES") && c.bits == 256 },
	"AESGCM": func(c *cipher) bool { return strings.HasPrefix(c.crypt, "AESGCM") },
	"AESCCM": func(c *cipher) bool { return strings.HasPrefix(c.crypt, "AESCCM") },
	"AESCCM8": func(c *cipher) bool {
		return strings.HasPrefix(c.crypt, "AESCCM8")
	},
	"CHACHA20": func(c *cipher) bool { return strings.HasPrefix(c.crypt, "CHACHA20") },
	"CAMELLIA": func(c *cipher) bool { return strings.HasPrefix(c.crypt, "Camellia") },
	"CAMELLIA128": func(c *cipher) bool {
		return strings.HasPrefix(c.crypt, "Camellia") && c.bits == 128
	},
	"CAMELLIA256": func(c *cipher) bool {
		return strings.HasPrefix(c.crypt, "Camellia") && c.bits == 256
	},
	"ARIA":    func(c *cipher) bool { return strings.HasPrefix(c.crypt, "ARIA") },
	"ARIA128": func(c *cipher) bool { return strings.HasPrefix(c.crypt, "ARIA") && c.bits == 128 },
	"ARIA256": func(c *cipher) bool { return strings.HasPrefix(c.crypt, "ARIA") && c.bits == 256 },
	"CBC": func(c *cipher) bool {
		return strings.HasPrefix(c.crypt, "AES(") || strings.HasPrefix(c.crypt, "Camellia")
	},
	"MD5":     func(c *cipher) bool { return c.mac == "MD5" },
	"SHA1":    func(c *cipher) bool { return c.mac == "SHA1" },
	"SHA256":  func(c *cipher) bool { return c.mac == "SHA256" },
	"SHA384":  func(c *cipher) bool { return c.mac == "SHA384" },
	"SSLv3":   func(c *cipher) bool { return c.version == "SSLv3" },
	"TLSv1":   func(c *cipher) bool { return c.version == "TLSv1" },
	"TLSv1.2": func(c *cipher) bool { return c.version == "TLSv1.2" },
	"COMPLEMENTOFALL": func(c *cipher) bool {
		return c.crypt == "None"
	},
	"COMPLEMENTOFDEFAULT": func(c *cipher) bool { return c.crypt != "None" && !isDefaultCipher(c) },
	"DEFAULT":             isDefaultCipher,
}

// Other words for the same.
var cipherSynonyms = map[string]string{
	"SHA": "SHA1", "NULL": "eNULL", "EDH": "DHE", "kEDH": "kDHE", "EECDH": "ECDHE", "kEECDH": "kECDHE",
	"ECDSA": "aECDSA", "DSS": "aDSS", "kPSK": "PSK", "TLSv1.0": "TLSv1", "kSRP": "SRP", "aSRP": "SRP",
}

// Words for ciphers that are not built any more.
var emptyAliases = map[string]bool{
	"LOW": true, "MEDIUM": true, "EXPORT": true, "EXP": true, "EXPORT40": true, "EXPORT56": true, "DES": true, "3DES": true,
	"RC4": true, "RC2": true, "IDEA": true, "SEED": true, "GOST": true, "aGOST": true, "kGOST": true, "FIPS": true,
}

func isDefaultCipher(c *cipher) bool {
	return c.crypt != "None" && c.auth != "None" && c.auth != "DSS" && !strings.HasPrefix(c.crypt, "AESCCM") &&
		!strings.HasPrefix(c.crypt, "ARIA") && !strings.HasPrefix(c.crypt, "Camellia")
}

// cipherSet is what a list of ciphers comes to.
type cipherSet struct {
	// suites are those of the list that crypto/tls has, in its order.
	suites []uint16
	// any says that the list names ciphers at all, be they there or not.
	any bool
	// level is the security level that the list asks for; -1 when it does not.
	level int
}

// parseCipherList reads a list in OpenSSL's language (openssl-ciphers(1)): words apart by
// colons, commas, semicolons or spaces, joined with +, before them ! (never again), - (away for now) or
// + (to the end). ok is false for a command that there is not.
func parseCipherList(list string) (set cipherSet, ok bool) {
	set.level = -1
	var chosen []*cipher
	killed := map[*cipher]bool{}
	for i, word := range strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(": ;,", r) }) {
		if command, is := strings.CutPrefix(word, "@"); is {
			if level, is := strings.CutPrefix(command, "SECLEVEL="); is && len(level) == 1 && level[0] >= '0' && level[0] <= '5' {
				set.level = int(level[0] - '0')
			} else if command != "STRENGTH" {
				return set, false
			}
			continue
		}
		// DEFAULT@SECLEVEL=0 is two words.
		if name, level, both := strings.Cut(word, "@SECLEVEL="); both {
			if len(level) != 1 || level[0] < '0' || level[0] > '5' {
				return set, false
			}
			set.level = int(level[0] - '0')
			word = name
		}
		name := strings.TrimLeft(word, "!-+")
		if name == "DEFAULT" && i > 0 {
			continue // it means something at the beginning only
		}
		match := cipherMatcher(name)
		if match == nil {
			continue
		}
		for _, c := range ciphers() {
			if c.version == "TLSv1.3" || !match(c) {
				continue
			}
			switch word[0] {
			case '!':
				killed[c] = true
				fallthrough
			case '-':
				chosen = slices.DeleteFunc(chosen, func(d *cipher) bool { return d == c })
			case '+':
			default:
				if !killed[c] && !slices.Contains(chosen, c) {
					chosen = append(chosen, c)
				}
			}
		}
	}
	set.any = len(chosen) > 0
	set.suites = []uint16{}
	for _, c := range chosen {
		if c.there && pki.StrongEnough(c.bits, set.level) {
			set.suites = append(set.suites, c.id)
		}
	}
	return set, true
}

// cipherMatcher tells the ciphers that a word stands for, or words joined with +; nil when
// one of them is not known.
func cipherMatcher(name string) func(c *cipher) bool {
	var all []func(c *cipher) bool
	for part := range strings.SplitSeq(name, "+") {
		if s, ok := cipherSynonyms[part]; ok {
			part = s
		}
		match := cipherAliases[part]
		if match == nil {
			switch {
			case emptyAliases[part]:
				match = func(*cipher) bool { return false }
			case slices.ContainsFunc(ciphers(), func(c *cipher) bool { return c.name == part }):
				match = func(c *cipher) bool { return c.name == part }
			default:
				return nil
			}
		}
		all = append(all, match)
	}
	return func(c *cipher) bool {
		for _, match := range all {
			if !match(c) {
				return false
			}
		}
		return true
	}
}

// cipherSuites13 counts the names of a list that are suites: known ones, and those of
// them that are of TLS 1.3 and that crypto/tls has.
func cipherSuites13(list string) (known, there int) {
	for name := range strings.SplitSeq(list, ":") {
		i := slices.IndexFunc(ciphers(), func(c *cipher) bool {
			return c.name == name && c.version == "TLSv1.3" || c.there && tls.CipherSuiteName(c.id) == name
		})
		if i < 0 {
			switch name {
			case "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256":
				known++
			}
			continue
		}
		known++
		if c := ciphers()[i]; c.version == "TLSv1.3" && c.there {
			there++
		}
	}
	return known, there
}
