package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/config"
)

// checkAddresses tries what a configuration wants to listen on, so that what does not
// work is told with its place in the file, all of it at once. What is open already is
// not tried.
func checkAddresses(c *config.Loaded, open []config.Listen) (problems config.Problems) {
	for i, l := range c.Listeners() {
		if slices.ContainsFunc(open, l.SameAddress) {
			continue
		}
		at := func(key string) string {
			if len(c.Listen) == 0 {
				return key
			}
			return fmt.Sprintf("listen[%d].%s", i, key)
		}
		fail := func(key, hint, format string, args ...any) {
			problems = append(problems, c.Problem(at(key), hint, format, args...))
		}
		if l.Socket != "" {
			if _, err := os.Stat(string(l.Socket)); err == nil {
				fail("socket", socketHint(string(l.Socket)), "%s is there already", l.Socket)
			}
			continue
		}
		if l.Host != "" && net.ParseIP(l.Host) == nil {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			_, err := net.DefaultResolver.LookupHost(ctx, l.Host)
			cancel()
			if err != nil {
				fail("host", "", "%q is not the name of an address", l.Host)
				continue
			}
		}
		listener, err := net.Listen("tcp", net.JoinHostPort(l.Host, strconv.Itoa(l.Port)))
		switch {
		case err == nil:
			_ = listener.Close()
		case errors.Is(err, unix.EADDRINUSE) && slices.ContainsFunc(open, func(o config.Listen) bool { return o.Socket == "" && o.Port == l.Port }):
			fail("host", "another host on the same port takes a restart", "this server has port %d, for another host", l.Port)
		case errors.Is(err, unix.EADDRINUSE):
			fail("port", fmt.Sprintf("ss -ltnp 'sport = :%d' says by whom; --set port=N takes another", l.Port), "port %d is in use", l.Port)
		case errors.Is(err, unix.EACCES):
			fail("port", "take one from 1024 on, or let the program: setcap cap_net_bind_service=+ep "+program(), "this user may not listen on port %d", l.Port)
		case errors.Is(err, unix.EADDRNOTAVAIL):
			fail("host", "0.0.0.0 is every address, 127.0.0.1 this machine alone", "this machine does not have the address %s", l.Host)
		default:
			fail("port", "", "%v", err)
		}
	}
	return problems
}

func socketHint(path string) string {
	c, err := net.Dial("unix", path)
	if err != nil {
		return "nobody listens on it: remove it"
	}
	_ = c.Close()
	return "another server listens on it"
}

func program() string {
	name, err := os.Executable()
	if err != nil {
		return "sluice"
	}
	return name
}

// optionHint is for those who write a key of the configuration as an option: --port 80.
func optionHint(option string) string {
	name := strings.TrimLeft(option, "-")
	if name == "p" {
		name = "port"
	}
	key := strings.ReplaceAll(name, "-", "_")
	t := reflect.TypeFor[config.Config]()
	for _, f := range reflect.VisibleFields(t) {
		if tag := f.Tag.Get("toml"); tag == key || strings.HasPrefix(key, tag+".") && tag != "" {
			return fmt.Sprintf(" (did you mean --set %s=…?)", key)
		}
	}
	if near := config.Nearest("--"+name, []string{"--set", "--config", "--help"}); near != "" {
		return fmt.Sprintf(" (did you mean %s?)", near)
	}
	return ""
}
