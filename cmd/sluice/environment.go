package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-http/sluice/internal/node"
)

// exitInvalidArgument is Node's exit code for options whose values make no sense,
// and for what NODE_OPTIONS may not hold.
const exitInvalidArgument = 9

// notInEnvironment are the options that only the command line may have.
var notInEnvironment = []string{"eval", "print", "check", "interactive", "expose-internals", "test", "watch", "help", "version"}

// environment adds the options of NODE_OPTIONS. What the command line says wins;
// lists are put together, those of the environment first.
func (cl *commandLine) environment(text string) error {
	words, err := splitOptions(text)
	if err != nil {
		return err
	}
	env := &commandLine{flags: node.Flags{}}
	for len(words) > 0 {
		n, err := 0, error(nil)
		if strings.HasPrefix(words[0], "-") {
			n, err = env.option(words)
		}
		if value := (*valueError)(nil); errors.As(err, &value) {
			return err
		}
		if n == 0 || err != nil || env.help || env.version {
			return fmt.Errorf("%s is not allowed in NODE_OPTIONS", words[0])
		}
		words = words[n:]
	}
	for name, values := range env.flags {
		if slices.Contains(notInEnvironment, name) {
			return fmt.Errorf("--%s is not allowed in NODE_OPTIONS", name)
		}
		if own, ok := cl.flags[name]; !ok {
			cl.flags[name] = values
		} else if options[name] == list {
			cl.flags[name] = append(values, own...)
		}
	}
	cl.v8 = append(env.v8, cl.v8...)
	return nil
}

// splitOptions splits at spaces outside of double quotes, in which a backslash
// takes away the meaning of what follows.
func splitOptions(text string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord, quoted := false, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted:
			i++
			if i == len(text) {
				return nil, fmt.Errorf("invalid value for NODE_OPTIONS (invalid escape)")
			}
			word.WriteByte(text[i])
		case c == '"':
			quoted, inWord = !quoted, true
		case c == ' ' && !quoted:
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if quoted {
		return nil, fmt.Errorf("invalid value for NODE_OPTIONS (unterminated string)")
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}
