package pki

import (
	"crypto/dsa" //nolint:staticcheck // Node has such keys
	"crypto/ecdsa"
	"math/big"
)

func dsaNumbers(k *Key) []*big.Int {
	p := k.Public.(*dsa.PublicKey)
	return []*big.Int{p.P, p.G}
}

func ecPublic(k *Key) *ecdsa.PublicKey { return k.Public.(*ecdsa.PublicKey) }
