package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/asn1"
	"errors"
	"math/big"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

// Curve is a named curve with points of two coordinates.
type Curve struct {
	elliptic.Curve
	Name  string // OpenSSL's
	JWK   string // the web's; "" where it has none
	OID   asn1.ObjectIdentifier
	names []string
}

var curves = []*Curve{
	{elliptic.P224(), "secp224r1", "", asn1.ObjectIdentifier{1, 3, 132, 0, 33}, []string{"P-224"}},
	{elliptic.P256(), "prime256v1", "P-256", asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}, []string{"P-256", "secp256r1"}},
	{elliptic.P384(), "secp384r1", "P-384", asn1.ObjectIdentifier{1, 3, 132, 0, 34}, []string{"P-384"}},
	{elliptic.P521(), "secp521r1", "P-521", asn1.ObjectIdentifier{1, 3, 132, 0, 35}, []string{"P-521"}},
	{secp256k1.S256(), "secp256k1", "secp256k1", asn1.ObjectIdentifier{1, 3, 132, 0, 10}, nil},
}

// CurveNames are OpenSSL's names of the curves that are there, sorted.
var CurveNames = []string{"prime256v1", "secp224r1", "secp256k1", "secp384r1", "secp521r1"}

// CurveByName finds a curve by OpenSSL's name or NIST's; nil when there is none.
func CurveByName(name string) *Curve {
	for _, c := range curves {
		if c.Name == name {
			return c
		}
		for _, n := range c.names {
			if n == name {
				return c
			}
		}
	}
	return nil
}

func curveByOID(oid asn1.ObjectIdentifier) *Curve {
	for _, c := range curves {
		if c.OID.Equal(oid) {
			return c
		}
	}
	return nil
}

// CurveOf is the named curve behind one of Go's.
func CurveOf(curve elliptic.Curve) *Curve {
	for _, c := range curves {
		if c.Curve == curve {
			return c
		}
	}
	return nil
}

// Size is how many bytes a coordinate has.
func (c *Curve) Size() int { return (c.Params().BitSize + 7) / 8 }

var errPoint = errors.New("invalid point")

// onCurve tells whether coordinates are those of a point, which Go says of its own
// curves when it reads them.
func (c *Curve) onCurve(x, y *big.Int) bool {
	p := c.Params().P
	if x.Cmp(p) >= 0 || y.Cmp(p) >= 0 {
		return false
	}
	return c.IsOnCurve(x, y) //nolint:staticcheck // there is no other way for any curve
}

// Point reads a point: uncompressed, compressed or hybrid (SEC 1, 2.3.4).
func (c *Curve) Point(data []byte) (*ecdsa.PublicKey, error) {
	size := c.Size()
	if len(data) == 0 {
		return nil, errPoint
	}
	var x, y *big.Int
	switch kind := data[0]; {
	case (kind == 4 || kind == 6 || kind == 7) && len(data) == 1+2*size:
		x, y = new(big.Int).SetBytes(data[1:1+size]), new(big.Int).SetBytes(data[1+size:])
		if kind != 4 && y.Bit(0) != uint(kind&1) {
			return nil, errPoint
		}
	case (kind == 2 || kind == 3) && len(data) == 1+size:
		x = new(big.Int).SetBytes(data[1:])
		if y = c.solve(x, uint(kind&1)); y == nil {
			return nil, errPoint
		}
	default:
		return nil, errPoint
	}
	if !c.onCurve(x, y) {
		return nil, errPoint
	}
	return &ecdsa.PublicKey{Curve: c.Curve, X: x, Y: y}, nil
}

// solve is the y of an x, with that parity: the root of x³ + ax + b.
func (c *Curve) solve(x *big.Int, odd uint) *big.Int {
	params := c.Params()
	if x.Cmp(params.P) >= 0 {
		return nil
	}
	y := new(big.Int).Exp(x, big.NewInt(3), params.P)
	if c.Name != "secp256k1" { // a is -3 on NIST's curves and 0 on this one
		y.Sub(y, new(big.Int).Mul(x, big.NewInt(3)))
	}
	y.Add(y, params.B)
	y.Mod(y, params.P)
	if y.ModSqrt(y, params.P) == nil {
		return nil
	}
	if y.Bit(0) != odd {
		y.Sub(params.P, y)
	}
	return y
}

// Encode writes a point: form is 2 for compressed, 4 for uncompressed, 6 for hybrid.
func (c *Curve) Encode(p *ecdsa.PublicKey, form int) []byte {
	size := c.Size()
	x, y := Fixed(p.X, size), Fixed(p.Y, size) //nolint:staticcheck // any curve
	switch form {
	case 2:
		return append([]byte{2 | y[size-1]&1}, x...)
	case 6:
		return append(append([]byte{6 | y[size-1]&1}, x...), y...)
	}
	return append(append([]byte{4}, x...), y...)
}

// Private is the key of a number; an error when it is not between 0 and the order.
func (c *Curve) Private(d []byte) (*ecdsa.PrivateKey, error) {
	n := new(big.Int).SetBytes(d)
	if n.Sign() == 0 || n.Cmp(c.Params().N) >= 0 {
		return nil, errors.New("private key is not valid for the curve")
	}
	size := (c.Params().N.BitLen() + 7) / 8
	if c.Name != "secp256k1" {
		return ecdsa.ParseRawPrivateKey(c.Curve, Fixed(n, size))
	}
	s := &ecdsa.PrivateKey{D: n} //nolint:staticcheck // any curve
	s.Curve = c.Curve
	s.X, s.Y = c.ScalarBaseMult(Fixed(n, size)) //nolint:staticcheck // as above
	return s, nil
}

// Shared is the x of d times a point: what the Diffie-Hellman exchange yields.
func (c *Curve) Shared(d *ecdsa.PrivateKey, p *ecdsa.PublicKey) ([]byte, error) {
	if c.Name != "secp256k1" {
		private, err := d.ECDH()
		if err != nil {
			return nil, err
		}
		public, err := p.ECDH()
		if err != nil {
			return nil, err
		}
		return private.ECDH(public)
	}
	x, _ := c.ScalarMult(p.X, p.Y, Fixed(d.D, c.Size())) //nolint:staticcheck // any curve
	return Fixed(x, c.Size()), nil
}

// NIST is NIST's name of the curve; "" for a curve of others.
func (c *Curve) NIST() string {
	if len(c.names) == 0 {
		return ""
	}
	return c.names[0]
}
