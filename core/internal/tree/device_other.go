//go:build !linux

package tree

// Device returns what the root lies on.
func (r *Root) Device() Device { return Flash }
