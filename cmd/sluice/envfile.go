package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/sluice-http/sluice/internal/node/process"
)

// loadEnvFiles sets the variables of the files of --env-file and
// --env-file-if-exists. What the environment says already wins over them, and a later
// file over an earlier one.
func (cl *commandLine) loadEnvFiles(notes io.Writer) error {
	ours := map[string]bool{}
	load := func(name string) error {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, v := range process.ParseEnv(string(text)) {
			if _, set := os.LookupEnv(v[0]); set && !ours[v[0]] {
				continue
			}
			if err := os.Setenv(v[0], v[1]); err != nil {
				return fmt.Errorf("%s: %q cannot be a variable's name", name, v[0])
			}
			ours[v[0]] = true
		}
		return nil
	}
	for _, name := range cl.flags["env-file"] {
		if err := load(name); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: not found", name)
		} else if err != nil {
			return err
		}
	}
	for _, name := range cl.flags["env-file-if-exists"] {
		if err := load(name); errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintf(notes, "%s not found. Continuing without it.\n", name)
		} else if err != nil {
			return err
		}
	}
	return nil
}
