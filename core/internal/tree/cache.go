package tree

// Cached reports whether reading the start of the file is a matter of memory:
// false if a device or a network has to deliver it first.
func (f *File) Cached() bool {
	return f.opened.size == 0 || f.handle.cached()
}

// Request asks for part of the file to be brought into the page cache, and does
// not wait for it.
func (f *File) Request(offset, length int64) {
	f.handle.request(offset, min(length, f.opened.size-offset))
}

// Await waits until the byte before a place in the file is in the page cache.
func (f *File) Await(end int64) {
	var b [1]byte
	_, _ = f.handle.readAt(b[:], max(min(end, f.opened.size)-1, 0))
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
