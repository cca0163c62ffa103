package digest

import (
	"fmt"
	"hash"
	"path"
	"strings"

	"checksig/internal/lanes"
)

// Set returns lanes for the algorithm, with the kernels that are on.
func (a *Algorithm) Set(on lanes.On) lanes.Set {
	if a.Lanes == nil {
		return lanes.Stream(a.New())
	}
	return a.Lanes.NewSet(on)
}

// Hash returns a hash for a stream of bytes, with the kernels that are on.
func (a *Algorithm) Hash(on lanes.On) hash.Hash {
	if a.Lanes == nil {
		return a.New()
	}
	return a.Lanes.NewHash(on)
}

// Kernels returns the kernels that the algorithm has, on any processor.
func (a *Algorithm) Kernels() []*lanes.Kernel {
	if a.Lanes == nil {
		return nil
	}
	return a.Lanes.List()
}

// ringName is the name of what is no kernel, and can be switched off as well.
const ringName = "ring"

// Switch returns the kernels that are left on by a list of those to switch off,
// with commas between: names such as sha1/avx512, or patterns such as */avx512;
// and whether the ring is left on, by which small files are read.
// A name that nothing has is an error, so that nothing is on by a slip of the pen.
func Switch(disable string) (on lanes.On, ring bool, err error) {
	off := make(map[string]bool)
	for _, pattern := range strings.FieldsFunc(disable, func(r rune) bool { return r == ',' || r == ' ' }) {
		found := pattern == ringName
		off[ringName] = off[ringName] || found
		for _, a := range table {
			for _, k := range a.Kernels() {
				if match, _ := path.Match(pattern, k.Name); match {
					found, off[k.Name] = true, true
				}
			}
		}
		if !found {
			return nil, false, fmt.Errorf("no kernel is called %q", pattern)
		}
	}
	return func(k *lanes.Kernel) bool { return !off[k.Name] }, !off[ringName], nil
}
