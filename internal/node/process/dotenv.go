package process

import "strings"

const envSpace = " \t\n\r"

// ParseEnv reads the text of a .env file: NAME=value lines, in their order, a name
// perhaps more than once. Lines without "=" are passed over; a value may be quoted by
// ', " or ` and then go over several lines; "#" begins a comment. It is what Node's
// util.parseEnv, process.loadEnvFile and --env-file understand.
func ParseEnv(content string) (variables [][2]string) {
	set := func(name, value string) { variables = append(variables, [2]string{name, value}) }
	rest := strings.Trim(strings.ReplaceAll(content, "\r", ""), envSpace)
	for rest != "" {
		name, value, hasValue := strings.Cut(rest, "=")
		if rest[0] == '#' || !hasValue || strings.Contains(name, "\n") {
			rest = strings.Trim(rest[lineEnd(rest, 0):], envSpace)
			continue
		}
		name = strings.Trim(name, envSpace)
		if value == "" || value[0] == '\n' {
			set(name, "")
			rest = strings.Trim(value, envSpace)
			continue
		}
		rest = strings.Trim(value, envSpace)
		if name == "" {
			continue // the text behind a stray "=" is read as if it began a line
		}
		if exported, ok := strings.CutPrefix(name, "export "); ok {
			name = strings.Trim(exported, envSpace)
		}
		if text, end, ok := quotedValue(rest); ok {
			set(name, text)
			rest = strings.Trim(rest[lineEnd(rest, end):], envSpace)
			continue
		}
		line := rest[:lineEnd(rest, 0)]
		rest = strings.Trim(rest[len(line):], envSpace)
		// A quote that is not closed is part of the value, and so is what looks like a comment behind it.
		if line != "" && !strings.ContainsRune("\"'`", rune(line[0])) {
			line, _, _ = strings.Cut(line, "#")
		}
		set(name, strings.Trim(line, envSpace))
	}
	return variables
}

// lineEnd is where the line ends that goes on at from.
func lineEnd(text string, from int) int {
	if at := strings.IndexByte(text[from:], '\n'); at >= 0 {
		return from + at
	}
	return len(text)
}

// quotedValue is what stands between the quotes that text begins with, and where it
// ends; false when it does not begin with a quote, or the quote is not closed.
func quotedValue(text string) (value string, end int, ok bool) {
	if text == "" || !strings.ContainsRune("\"'`", rune(text[0])) {
		return "", 0, false
	}
	at := strings.IndexByte(text[1:], text[0])
	if at < 0 {
		return "", 0, false
	}
	value = text[1 : 1+at]
	if text[0] == '"' { // these alone give \n a meaning
		value = strings.ReplaceAll(value, `\n`, "\n")
	}
	return value, at + 2, true
}
