package tree

// Cached reports whether reading the start of the file is a matter of memory:
// false if a device or a network has to deliver it first.
func (f *File) Cached() bool {
	return f.opened.size == 0 || f.handle.cached()
}

// Prefetch brings part of the file into the page cache, and returns when it is
// there.
func (f *File) Prefetch(offset, length int64) {
	f.handle.prefetch(offset, min(length, f.opened.size-offset))
}

// Drop drops the file from the page cache, as far as nobody else has it mapped.
func (f *File) Drop() {
	f.handle.drop()
}

// Place returns a number that is larger the farther out on its device the file
// lies: that of its first block, or else of its inode, which is often near.
func (f *File) Place() int64 {
	return f.handle.place()
}
