//go:build unix

package tree

import "syscall"

// CanOpen reports whether the process has so many file descriptors left.
func CanOpen(n int) bool {
	for range n {
		fd, err := syscall.Open("/", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if err != nil {
			return false
		}
		defer syscall.Close(fd)
	}
	return true
}
