package pki

import (
	"encoding/asn1"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
)

// GeneralName is one alternative name of a certificate.
type GeneralName struct {
	Kind  int // the tag of RFC 5280's GeneralName
	Bytes []byte
}

// Kinds of general names.
const (
	OtherName    = 0
	EmailName    = 1
	DNSName      = 2
	X400Name     = 3
	DirName      = 4
	EDIName      = 5
	URIName      = 6
	IPName       = 7
	RegisteredID = 8
)

// AltNames are the certificate's alternative names; ok is false when it has no such
// extension, or one that cannot be read.
func (c *Certificate) AltNames() (names []GeneralName, ok bool) {
	return parseGeneralNames(c.extension(oidSubjectAlt))
}

func parseGeneralNames(der []byte) ([]GeneralName, bool) {
	var seq asn1.RawValue
	if _, err := asn1.Unmarshal(der, &seq); err != nil || seq.Tag != asn1.TagSequence {
		return nil, false
	}
	names := []GeneralName{}
	for rest := seq.Bytes; len(rest) > 0; {
		var v asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &v); err != nil {
			return nil, false
		}
		names = append(names, GeneralName{v.Tag, v.Bytes})
	}
	return names, true
}

// AltNameText is the list of alternative names as Node writes it; ok is false without one.
func (c *Certificate) AltNameText() (text string, ok bool) {
	names, ok := c.AltNames()
	if !ok {
		return "", false
	}
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = n.String()
	}
	return strings.Join(parts, ", "), true
}

// InfoAccess is where to ask about the certificate's authority, a line each; ok is false
// when it is not said.
func (c *Certificate) InfoAccess() (text string, ok bool) {
	value := c.extension(oidInfoAccess)
	var list []struct {
		Method asn1.ObjectIdentifier
		Where  asn1.RawValue
	}
	if value == nil {
		return "", false
	}
	if _, err := asn1.Unmarshal(value, &list); err != nil {
		return "", false
	}
	var b strings.Builder
	for i, d := range list {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(accessMethod(d.Method) + " - " + GeneralName{d.Where.Tag, d.Where.Bytes}.String())
	}
	return b.String(), true
}

func accessMethod(oid asn1.ObjectIdentifier) string {
	switch oid.String() {
	case "1.3.6.1.5.5.7.48.1":
		return "OCSP"
	case "1.3.6.1.5.5.7.48.2":
		return "CA Issuers"
	case "1.3.6.1.5.5.7.48.3":
		return "AD Time Stamping"
	case "1.3.6.1.5.5.7.48.4":
		return "ad dvcs"
	case "1.3.6.1.5.5.7.48.5":
		return "CA Repository"
	}
	return oid.String()
}

// String writes a name as Node does: what could be mistaken for something else stands
// in quotes, as a JSON string.
func (n GeneralName) String() string {
	switch n.Kind {
	case EmailName:
		return "email:" + quoted(n.Bytes, "", false)
	case DNSName:
		return "DNS:" + quoted(n.Bytes, "", false)
	case URIName:
		return "URI:" + quoted(n.Bytes, "", false)
	case DirName:
		name, err := parseName(n.Bytes)
		if err != nil {
			return "DirName:"
		}
		return "DirName:" + quoted([]byte(name.reversed()), "", true)
	case IPName:
		return "IP Address:" + ipText(n.Bytes)
	case RegisteredID:
		return "Registered ID:" + oidText(n.Bytes)
	case X400Name:
		return "X400Name:<unsupported>"
	case EDIName:
		return "EdiPartyName:<unsupported>"
	}
	return "othername:" + otherName(n.Bytes)
}

// IP is the address of a name of that kind.
func (n GeneralName) IP() (netip.Addr, bool) {
	if n.Kind != IPName {
		return netip.Addr{}, false
	}
	return netip.AddrFromSlice(n.Bytes)
}

func ipText(b []byte) string {
	switch len(b) {
	case 4:
		return fmt.Sprintf("%d.%d.%d.%d", b[0], b[1], b[2], b[3])
	case 16:
		parts := make([]string, 8)
		for i := range parts {
			parts[i] = fmt.Sprintf("%X", binary.BigEndian.Uint16(b[2*i:]))
		}
		return strings.Join(parts, ":")
	}
	return "<invalid length=" + fmt.Sprint(len(b)) + ">"
}

// oidText is an object identifier of its content's bytes.
func oidText(content []byte) string {
	var oid asn1.ObjectIdentifier
	if len(content) > 127 {
		return ""
	}
	if _, err := asn1.Unmarshal(append([]byte{asn1.TagOID, byte(len(content))}, content...), &oid); err != nil {
		return ""
	}
	return oid.String()
}

// Kinds of other names: what stands before them, and the kind of string.
var otherNames = map[string]struct {
	prefix string
	tag    int
}{
	"1.3.6.1.5.5.7.8.9":      {"SmtpUTF8Mailbox", asn1.TagUTF8String},
	"1.3.6.1.5.5.7.8.5":      {"XmppAddr", asn1.TagUTF8String},
	"1.3.6.1.5.5.7.8.7":      {"SRVName", asn1.TagIA5String},
	"1.3.6.1.4.1.311.20.2.3": {"UPN", asn1.TagUTF8String},
	"1.3.6.1.5.5.7.8.8":      {"NAIRealm", asn1.TagUTF8String},
}

func otherName(content []byte) string {
	var oid asn1.ObjectIdentifier
	var outer, value asn1.RawValue
	rest, err := asn1.Unmarshal(content, &oid)
	if err == nil {
		_, err = asn1.Unmarshal(rest, &outer)
	}
	if err == nil {
		_, err = asn1.Unmarshal(outer.Bytes, &value)
	}
	kind, ok := otherNames[oid.String()]
	if err != nil || !ok || kind.tag != value.Tag {
		return "<unsupported>"
	}
	return quoted(value.Bytes, kind.prefix, kind.tag == asn1.TagUTF8String)
}

// quoted is a name in quotes if any byte of it could mislead.
func quoted(name []byte, prefix string, isUTF8 bool) string {
	if prefix != "" {
		prefix += ":"
	}
	safe := true
	for _, c := range name {
		switch {
		case c == '"' || c == '\\' || c == ',' || c == '\'':
			safe = false
		case isUTF8 && c >= 0x80:
		case c < ' ' || c > '~':
			safe = false
		}
	}
	if safe {
		return prefix + string(name)
	}
	var b strings.Builder
	b.WriteString(`"` + prefix)
	for _, c := range name {
		switch {
		case c == '\\' || c == '"':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c == 0x7f, c > '~' && !isUTF8:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + `"`
}
