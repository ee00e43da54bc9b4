package pki

import (
	"bytes"
	"encoding/asn1"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Attribute is one part of a name.
type Attribute struct {
	OID   asn1.ObjectIdentifier
	Value string
	Tag   int
}

// Name is a distinguished name: sets of attributes, in order.
type Name [][]Attribute

// shortNames are OpenSSL's names of attributes.
var shortNames = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
	"2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title", "2.5.4.13": "description",
	"2.5.4.14": "searchGuide", "2.5.4.15": "businessCategory", "2.5.4.16": "postalAddress", "2.5.4.17": "postalCode",
	"2.5.4.18": "postOfficeBox", "2.5.4.19": "physicalDeliveryOfficeName", "2.5.4.20": "telephoneNumber",
	"2.5.4.41": "name", "2.5.4.42": "GN", "2.5.4.43": "initials", "2.5.4.44": "generationQualifier",
	"2.5.4.45": "x500UniqueIdentifier", "2.5.4.46": "dnQualifier", "2.5.4.65": "pseudonym", "2.5.4.72": "role",
	"2.5.4.97": "organizationIdentifier", "1.2.840.113549.1.9.1": "emailAddress", "1.2.840.113549.1.9.2": "unstructuredName",
	"1.2.840.113549.1.9.8": "unstructuredAddress", "0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC",
	"1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL", "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
	"1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC", "0.9.2342.19200300.100.1.3": "mail",
}

// Key is OpenSSL's short name of the attribute, or its number.
func (a Attribute) Key() string {
	if s, ok := shortNames[a.OID.String()]; ok {
		return s
	}
	return a.OID.String()
}

func parseName(der []byte) (Name, error) {
	var sets []asn1.RawValue
	if _, err := asn1.Unmarshal(der, &sets); err != nil {
		return nil, err
	}
	var name Name
	for _, set := range sets {
		var attributes []Attribute
		for rest := set.Bytes; len(rest) > 0; {
			var raw struct {
				Type  asn1.ObjectIdentifier
				Value asn1.RawValue
			}
			var err error
			if rest, err = asn1.Unmarshal(rest, &raw); err != nil {
				return nil, err
			}
			attributes = append(attributes, Attribute{raw.Type, text(raw.Value), raw.Value.Tag})
		}
		name = append(name, attributes)
	}
	return name, nil
}

// text is what a string of any of ASN.1's kinds says.
func text(v asn1.RawValue) string {
	switch v.Tag {
	case asn1.TagUTF8String:
		if utf8.Valid(v.Bytes) {
			return string(v.Bytes)
		}
	case asn1.TagBMPString:
		units := make([]uint16, len(v.Bytes)/2)
		for i := range units {
			units[i] = uint16(v.Bytes[2*i])<<8 | uint16(v.Bytes[2*i+1])
		}
		return string(utf16.Decode(units))
	case 28: // UniversalString
		var out []rune
		for b := v.Bytes; len(b) >= 4; b = b[4:] {
			out = append(out, rune(b[0])<<24|rune(b[1])<<16|rune(b[2])<<8|rune(b[3]))
		}
		return string(out)
	}
	return latin1(v.Bytes)
}

func latin1(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

// equal compares names as OpenSSL does: without regard to case, kinds of strings and
// runs of spaces.
func (n Name) equal(m Name) bool {
	if len(n) != len(m) {
		return false
	}
	for i := range n {
		if len(n[i]) != len(m[i]) {
			return false
		}
		for j, a := range n[i] {
			if b := m[i][j]; !a.OID.Equal(b.OID) || canonical(a.Value) != canonical(b.Value) {
				return false
			}
		}
	}
	return true
}

func canonical(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// Lines is a name as the class X509Certificate shows it: one attribute a line.
func (n Name) Lines() string {
	var b bytes.Buffer
	for i, set := range n {
		if i > 0 {
			b.WriteByte('\n')
		}
		writeSet(&b, set, " + ", true)
	}
	return b.String()
}

// reversed is a name in the order and form of RFC 2253.
func (n Name) reversed() string {
	var b bytes.Buffer
	for i := len(n) - 1; i >= 0; i-- {
		writeSet(&b, n[i], "+", false)
		if i > 0 {
			b.WriteByte(',')
		}
	}
	return b.String()
}

func writeSet(b *bytes.Buffer, set []Attribute, separator string, control bool) {
	for i := range set {
		a := set[i]
		if !control { // RFC 2253 begins at the end here too
			a = set[len(set)-1-i]
		}
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(a.Key())
		b.WriteByte('=')
		escape2253(b, a.Value, control)
	}
}

// escape2253 writes a value of a name with what RFC 2253 wants escaped, and control
// characters if asked for.
func escape2253(b *bytes.Buffer, s string, control bool) {
	for i, r := range s {
		last := i+utf8.RuneLen(r) == len(s)
		switch {
		case strings.ContainsRune(`,+"\<>;`, r), i == 0 && (r == ' ' || r == '#'), last && r == ' ':
			b.WriteByte('\\')
			b.WriteRune(r)
		case control && (r < ' ' || r == 127):
			fmt.Fprintf(b, `\%02X`, r)
		default:
			b.WriteRune(r)
		}
	}
}
