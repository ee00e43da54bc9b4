package config

import (
	"fmt"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// A scalar is a type of value that is written as text (or a plain number) in the file.
// Its pointer implements encoding.TextUnmarshaler.
type scalar interface {
	MarshalText() ([]byte, error)
	// expected says what a value looks like: "a duration such as 500ms, 30s or 5m".
	expected() string
	// schema is the type in JSON Schema.
	schema() map[string]any
}

// Duration is a length of time: 500ms, 30s, 5m, 1h30m. 0 is none.
type Duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil || v < 0 {
		return fmt.Errorf("expected %s", d.expected())
	}
	*d = Duration(v)
	return nil
}

// MarshalText implements encoding.TextMarshaler: the shortest form.
func (d Duration) MarshalText() ([]byte, error) {
	s := time.Duration(d).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return []byte(s), nil
}

func (Duration) expected() string { return "a duration such as 500ms, 30s or 5m" }
func (Duration) schema() map[string]any {
	// 0 needs no unit.
	return map[string]any{"type": []string{"string", "integer"}, "minimum": 0, "maximum": 0, "pattern": `^(0|([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+|.*\$\{.*)$`}
}

// Size is a number of bytes: 512, 16KiB, 1MB. 0 is none where a limit is meant.
type Size int64

var sizeUnits = []struct {
	name   string
	factor int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"KB", 1e3}, {"B", 1}}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Size) UnmarshalText(text []byte) error {
	number, factor := string(text), int64(1)
	for _, u := range sizeUnits {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, factor = strings.TrimRight(rest, " "), u.factor
			break
		}
	}
	v, err := strconv.ParseInt(number, 10, 64)
	if err != nil || v < 0 || v > (1<<62)/factor {
		return fmt.Errorf("expected %s", s.expected())
	}
	*s = Size(v * factor)
	return nil
}

// MarshalText implements encoding.TextMarshaler: in the largest unit that divides it.
func (s Size) MarshalText() ([]byte, error) {
	for _, u := range sizeUnits {
		if n := int64(s); n >= u.factor && n%u.factor == 0 && u.factor > 1 {
			return fmt.Appendf(nil, "%d%s", n/u.factor, u.name), nil
		}
	}
	return strconv.AppendInt(nil, int64(s), 10), nil
}

func (Size) expected() string { return "a size such as 65536, 16KiB or 10MB" }
func (Size) schema() map[string]any {
	return map[string]any{"type": []string{"string", "integer"}, "minimum": 0, "pattern": `^([0-9]+ ?([kKMG]?B|[KMG]iB)?|.*\$\{.*)$`}
}

// Rate is a number of events in a time: 100/1m. The zero Rate is no limit.
type Rate struct {
	N   int
	Per time.Duration
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Rate) UnmarshalText(text []byte) error {
	if string(text) == "" {
		*r = Rate{}
		return nil
	}
	number, per, _ := strings.Cut(string(text), "/")
	n, err := strconv.Atoi(strings.TrimSpace(number))
	per = strings.TrimSpace(per)
	if per != "" && (per[0] < '0' || per[0] > '9') {
		per = "1" + per // 100/s
	}
	d, err2 := time.ParseDuration(per)
	if err != nil || err2 != nil || n < 1 || d <= 0 {
		return fmt.Errorf("expected %s", r.expected())
	}
	*r = Rate{n, d}
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (r Rate) MarshalText() ([]byte, error) {
	if r.N == 0 {
		return nil, nil
	}
	per, err := Duration(r.Per).MarshalText()
	return fmt.Appendf(nil, "%d/%s", r.N, per), err
}

func (Rate) expected() string { return "a rate such as 10/s or 100/1m" }
func (Rate) schema() map[string]any {
	return map[string]any{"type": "string", "pattern": `^([1-9][0-9]* ?/ ?([0-9.]*(ns|us|µs|ms|s|m|h))+|.*\$\{.*)?$`}
}

// Prefix is an address or a range of addresses: 192.0.2.7, 10.0.0.0/8, fd00::/8.
type Prefix struct{ netip.Prefix }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Prefix) UnmarshalText(text []byte) error {
	if a, err := netip.ParseAddr(string(text)); err == nil && a.Zone() == "" {
		p.Prefix = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())
		return nil
	}
	v, err := netip.ParsePrefix(string(text))
	if err != nil {
		return fmt.Errorf("expected %s", p.expected())
	}
	if v.Masked() != v {
		return fmt.Errorf("%s has bits set behind its prefix: the range is %s", v, v.Masked())
	}
	// ::ffff:10.0.0.0/104 is 10.0.0.0/8: addresses are compared as what they mean.
	if v.Addr().Is4In6() {
		v = netip.PrefixFrom(v.Addr().Unmap(), v.Bits()-96)
	}
	p.Prefix = v
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (p Prefix) MarshalText() ([]byte, error) {
	if p.IsSingleIP() {
		return p.Addr().MarshalText()
	}
	return p.Prefix.MarshalText()
}

func (Prefix) expected() string {
	return "an address or range such as 192.0.2.7, 10.0.0.0/8 or fd00::/8"
}
func (Prefix) schema() map[string]any { return map[string]any{"type": "string"} }

// Workers is how many workers run the application; auto is one for each processor.
type Workers int

// UnmarshalText implements encoding.TextUnmarshaler.
func (w *Workers) UnmarshalText(text []byte) error {
	if string(text) == "auto" {
		*w = 0
		return nil
	}
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 1 || n > 1024 {
		return fmt.Errorf("expected %s", w.expected())
	}
	*w = Workers(n)
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (w Workers) MarshalText() ([]byte, error) {
	if w == 0 {
		return []byte("auto"), nil
	}
	return strconv.AppendInt(nil, int64(w), 10), nil
}

// Count is the number of workers on this machine.
func (w Workers) Count() int {
	if w == 0 {
		return runtime.GOMAXPROCS(0)
	}
	return int(w)
}

func (Workers) expected() string { return `a number from 1 to 1024, or "auto"` }
func (Workers) schema() map[string]any {
	return map[string]any{"type": []string{"string", "integer"}, "minimum": 1, "maximum": 1024, "pattern": `^(auto|[0-9]+|.*\$\{.*)$`}
}

// Path is the name of a file or folder. A relative one counts from the folder of the
// configuration file; in a Config it is resolved.
type Path string

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Path) UnmarshalText(text []byte) error {
	if strings.ContainsRune(string(text), 0) {
		return fmt.Errorf("expected %s", p.expected())
	}
	*p = Path(text)
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (p Path) MarshalText() ([]byte, error) { return []byte(p), nil }

func (Path) expected() string       { return "the name of a file or folder" }
func (Path) schema() map[string]any { return map[string]any{"type": "string"} }

// Secret is a text that is never printed.
type Secret string

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = Secret(text)
	return nil
}

// MarshalText implements encoding.TextMarshaler. It hides the value.
func (s Secret) MarshalText() ([]byte, error) {
	if s == "" {
		return nil, nil
	}
	return []byte("(secret)"), nil
}

func (Secret) expected() string       { return "a text" }
func (Secret) schema() map[string]any { return map[string]any{"type": "string"} }
