//go:build unix

package lanes_test

import (
	"syscall"
	"testing"
)

// outside returns memory that Go does not manage, for the time of a test.
func outside(t testing.TB, n int) []byte {
	t.Helper()
	memory, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(memory) })
	return memory
}
