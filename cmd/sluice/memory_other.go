//go:build !linux

package main

// rest does nothing where the system does not say what is resident.
func rest() {}
