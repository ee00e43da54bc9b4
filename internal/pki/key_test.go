package pki

import "testing"

func testKeys(t *testing.T) map[string]*Key {
	t.Helper()
	keys := map[string]*Key{}
	made := func(name string, k *Key, err error) {
		if err != nil {
			t.Fatal(name, err)
		}
		keys[name] = k
	}
	for _, curve := range CurveNames {
		k, err := GenerateEC(curve)
		made(curve, k, err)
	}
	for _, kind := range []string{"ed25519", "ed448", "x25519", "x448"} {
		k, err := GenerateOctets(kind)
		made(kind, k, err)
	}
	k, err := GenerateRSA(1024, 3)
	made("rsa", k, err)
	pss, err := GenerateRSA(1024, 65537)
	made("rsa-pss", pss, err)
	pss.PSS = &PSSParameters{true, "sha256", "sha512", 16}
	k, err = GenerateDSA(1024, 160)
	made("dsa", k, err)
	k, err = GenerateDH(k.DHLike(), 0)
	made("dh", k, err)
	return keys
}

// DHLike is a group made of a DSA key's parameters.
func (k *Key) DHLike() DHParameters {
	p := dsaNumbers(k)
	return DHParameters{P: p[0], G: p[1]}
}

// What is written reads back as the same key, in every form there is for it.
func TestRoundTrips(t *testing.T) {
	for name, k := range testKeys(t) {
		for _, format := range []string{"pem", "der"} {
			out, failure := ExportPrivate(k, format, "pkcs8", "", nil)
			if failure != 0 {
				t.Fatal(name, format, failure)
			}
			var back *Key
			if format == "pem" {
				back, failure = ParsePrivatePEM(out, nil)
			} else {
				back, failure = ParsePrivateDER(out, "pkcs8", nil)
			}
			if failure != 0 || !Same(k, back) {
				t.Fatal(name, format, failure)
			}
			out, failure = ExportPublic(k, format, "spki")
			if failure != 0 {
				t.Fatal(name, format, failure)
			}
			if format == "pem" {
				back, failure = ParsePublicPEM(out, nil)
			} else {
				back, failure = ParsePublicDER(out, "spki")
			}
			if failure != 0 || !Same(k.PublicHalf(), back) || Same(k, back) {
				t.Fatal(name, format, failure)
			}
		}
	}
}

func TestPassphrases(t *testing.T) {
	for name, k := range testKeys(t) {
		for _, cipher := range []string{"aes-128-cbc", "aes256", "des-ede3-cbc", "aes-128-ecb"} {
			out, failure := ExportPrivate(k, "pem", "pkcs8", cipher, []byte("secret"))
			if failure != 0 {
				t.Fatal(name, cipher, failure)
			}
			back, failure := ParsePrivatePEM(out, []byte("secret"))
			if failure != 0 || !Same(k, back) {
				t.Fatal(name, cipher, failure)
			}
			if _, failure := ParsePrivatePEM(out, nil); failure != NeedsPassphrase {
				t.Fatal(name, cipher, failure)
			}
			if back, failure := ParsePrivatePEM(out, []byte("wrong")); failure == 0 && Same(k, back) {
				t.Fatal(name, cipher, "opened with a wrong passphrase")
			}
		}
	}
}

// Points read back in each of their forms, and what is not on the curve is refused.
func TestPoints(t *testing.T) {
	for _, name := range CurveNames {
		c := CurveByName(name)
		k, err := GenerateEC(name)
		if err != nil {
			t.Fatal(err)
		}
		p := ecPublic(k)
		for _, form := range []int{2, 4, 6} {
			data := c.Encode(p, form)
			back, err := c.Point(data)
			if err != nil || !back.Equal(p) {
				t.Fatal(name, form, err)
			}
			if form == 4 {
				data[len(data)-1] ^= 1
				if _, err := c.Point(data); err == nil {
					t.Fatal(name, "a point off the curve")
				}
			}
		}
	}
}
