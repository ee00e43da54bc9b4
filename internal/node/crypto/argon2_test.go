package crypto

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// The vectors of RFC 9106, section 5.
func TestArgon2Vectors(t *testing.T) {
	for variant, want := range []string{
		"512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb",
		"c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8",
		"0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659",
	} {
		in := argonInput{
			variant: variant, message: bytes.Repeat([]byte{1}, 32), salt: bytes.Repeat([]byte{2}, 16),
			secret: bytes.Repeat([]byte{3}, 8), data: bytes.Repeat([]byte{4}, 12), lanes: 4, memory: 32, passes: 3, length: 32,
		}
		if got := hex.EncodeToString(in.key()); got != want {
			t.Errorf("variant %d: %s, want %s", variant, got, want)
		}
	}
}

// Where x/crypto can do it too, the answers are the same.
func TestArgon2Same(t *testing.T) {
	for _, in := range []argonInput{
		{variant: argon2i, lanes: 1, memory: 8, passes: 1, length: 4}, {variant: argon2id, lanes: 1, memory: 8, passes: 3, length: 64},
		{variant: argon2id, lanes: 3, memory: 100, passes: 2, length: 65}, {variant: argon2i, lanes: 2, memory: 5000, passes: 2, length: 200},
		{variant: argon2id, lanes: 4, memory: 1031, passes: 1, length: 33},
	} {
		in.message, in.salt = []byte("password"), []byte("saltsalt")
		if a, b := in.derive(), in.key(); !bytes.Equal(a, b) {
			t.Errorf("%+v: %x and %x", in, a, b)
		}
	}
}
