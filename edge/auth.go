package edge

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"

	"golang.org/x/crypto/bcrypt"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge/tally"
)

// basicAuth asks for a name and a password (RFC 7617). A password's hash costs some
// ten milliseconds on purpose: it is computed elsewhere, and a pair that was right is
// remembered by a keyed hash, so that the next request of the same client is cheap.
type basicAuth struct {
	Base
	challenge string
	users     map[string]config.Secret
	nobody    []byte // the hash that is compared when there is no such user
	key       [32]byte

	mu    sync.Mutex
	right map[[32]byte]struct{}
}

const maxRemembered = 4096

func newBasicAuth(c config.BasicAuth) *basicAuth {
	l := &basicAuth{users: c.Users, right: map[[32]byte]struct{}{}}
	l.challenge = `Basic realm="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(oneLine(c.Realm)) + `", charset="UTF-8"`
	_, _ = rand.Read(l.key[:])
	for _, hash := range c.Users {
		l.nobody = []byte(hash) // of the same cost: the time does not tell who exists
		break
	}
	return l
}

func (l *basicAuth) Request(x *Exchange) (*Answer, func() *Answer) {
	user, password, ok := credentials(x.Header.Get("Authorization"))
	if !ok {
		return l.ask(x), nil
	}
	mac := hmac.New(sha256.New, l.key[:])
	mac.Write([]byte(user + "\x00" + password))
	pair := [32]byte(mac.Sum(nil))
	l.mu.Lock()
	_, known := l.right[pair]
	l.mu.Unlock()
	if known {
		x.user = user
		return nil, nil
	}
	return nil, func() *Answer {
		hash, exists := l.users[user]
		against := []byte(hash)
		if !exists {
			against = l.nobody
		}
		if bcrypt.CompareHashAndPassword(against, []byte(password)) != nil || !exists {
			return l.ask(x)
		}
		l.mu.Lock()
		if len(l.right) >= maxRemembered {
			clear(l.right)
		}
		l.right[pair] = struct{}{}
		l.mu.Unlock()
		x.user = user
		return nil
	}
}

func (l *basicAuth) ask(x *Exchange) *Answer {
	x.Refused = tally.Authentication
	a := text(http.StatusUnauthorized)
	a.Header.Set("WWW-Authenticate", l.challenge)
	return a
}

func credentials(field string) (user, password string, ok bool) {
	scheme, rest, _ := strings.Cut(field, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	text, err := base64.StdEncoding.DecodeString(strings.TrimLeft(rest, " "))
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(text), ":")
}
