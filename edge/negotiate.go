package edge

import (
	"strconv"
	"strings"
)

// Encoding chooses the content coding of an answer: the one of offered, which are in
// the server's order of preference, that Accept-Encoding likes best (RFC 9110 section
// 12.5.3). "" is identity, and also what no answer at all would be right for: to serve
// something is better than 406. accept are the values of all such fields.
func Encoding(accept []string, offered []string) string {
	best, quality := "", 0
	identity, star := -1, -1
	var named []string
	for _, field := range accept {
		for item := range strings.SplitSeq(field, ",") {
			name, q, ok := acceptItem(item)
			if !ok {
				continue
			}
			named = append(named, name)
			switch name {
			case "*":
				star = q
			case "identity":
				identity = q
			}
			if i := index(offered, name); i >= 0 && q > 0 && (q > quality || q == quality && i < index(offered, best)) {
				best, quality = offered[i], q
			}
		}
	}
	if star > quality {
		for _, o := range offered {
			if index(named, o) < 0 {
				best, quality = o, star
				break
			}
		}
	}
	// Identity is welcome without being named, but only as the last resort.
	if identity > quality {
		return ""
	}
	return best
}

// index is where a coding stands in a list, -1 when it does not. x-gzip is gzip.
func index(list []string, name string) int {
	for i, x := range list {
		if strings.EqualFold(x, name) || strings.EqualFold("x-"+x, name) {
			return i
		}
	}
	return -1
}

// acceptItem reads one element of an Accept field: a name, and its quality in
// thousandths.
func acceptItem(item string) (name string, q int, ok bool) {
	name, params, _ := strings.Cut(strings.Trim(item, " \t"), ";")
	name = strings.ToLower(strings.TrimRight(name, " \t"))
	q = 1000
	for param := range strings.SplitSeq(params, ";") {
		key, value, _ := strings.Cut(strings.Trim(param, " \t"), "=")
		if strings.EqualFold(key, "q") {
			v, err := strconv.ParseFloat(value, 64)
			if err != nil || v < 0 || v > 1 {
				return "", 0, false
			}
			q = int(v*1000 + 0.5)
		}
	}
	return name, q, name != ""
}
