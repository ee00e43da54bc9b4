package crypto

import (
	"crypto/hkdf"
	"crypto/pbkdf2"
	"crypto/rand"

	"golang.org/x/crypto/scrypt"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/v8"
)

// job runs work now, or on a goroutine when argument i is a callback. work may not use
// the call: its arguments are copied before.
func job(env *node.Env, c *v8.Call, i int, work func() (any, error)) {
	if c.Kind(i) == v8.Function {
		env.Go(c.Callback(i), work)
		return
	}
	value, err := work()
	if err != nil {
		c.Throw(err)
		return
	}
	c.Return(value)
}

// owned is a copy of the bytes of argument i.
func owned(c *v8.Call, i int) []byte { return append([]byte(nil), c.Bytes(i)...) }

func kdfFunctions(env *node.Env) map[string]v8.Func {
	return map[string]v8.Func{
		// pbkdf2(password, salt, iterations, length, digest, callback?)
		"pbkdf2": func(c *v8.Call) {
			password, salt, n, length := string(c.Bytes(0)), owned(c, 1), c.Int(2), c.Int(3)
			d := findDigest(c.String(4))
			job(env, c, 5, func() (any, error) {
				if length == 0 {
					return []byte{}, nil
				}
				return pbkdf2.Key(d.maker(), password, salt, n, length)
			})
		},
		// scrypt(password, salt, length, N, r, p, callback?)
		"scrypt": func(c *v8.Call) {
			password, salt, length, n, r, p := owned(c, 0), owned(c, 1), c.Int(2), c.Int(3), c.Int(4), c.Int(5)
			job(env, c, 6, func() (any, error) {
				if length == 0 {
					return []byte{}, nil
				}
				return scrypt.Key(password, salt, n, r, p, length)
			})
		},
		// hkdf(digest, key, salt, info, length, callback?)
		"hkdf": func(c *v8.Call) {
			d := findDigest(c.String(0))
			key, salt, info, length := owned(c, 1), owned(c, 2), string(c.Bytes(3)), c.Int(4)
			job(env, c, 5, func() (any, error) {
				if length == 0 {
					return []byte{}, nil
				}
				return hkdf.Key(d.maker(), key, salt, info, length)
			})
		},
		// argon2(variant, message, nonce, parallelism, length, memory, passes, secret, data, callback?)
		"argon2": func(c *v8.Call) {
			in := argonInput{
				variant: map[string]int{"argon2d": argon2d, "argon2i": argon2i, "argon2id": argon2id}[c.String(0)],
				message: owned(c, 1), salt: owned(c, 2), lanes: uint32(c.Int(3)), length: uint32(c.Int(4)),
				memory: uint32(c.Int(5)), passes: uint32(c.Int(6)), secret: owned(c, 7), data: owned(c, 8),
			}
			job(env, c, 9, func() (any, error) { return in.key(), nil })
		},
		// random(n, callback?) is n random bytes.
		"random": func(c *v8.Call) {
			n := c.Int(0)
			job(env, c, 1, func() (any, error) {
				b := make([]byte, n)
				rand.Read(b)
				return b, nil
			})
		},
		// randomFill(bytes) fills memory of JavaScript's.
		"randomFill": func(c *v8.Call) { rand.Read(c.Bytes(0)) },
	}
}
