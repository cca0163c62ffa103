//go:build !linux

package tree

import "io/fs"

// statOf says what package fs says on every system.
func statOf(i fs.FileInfo) Stat {
	return Stat{Size: i.Size(), MTime: i.ModTime().UnixNano()}
}
