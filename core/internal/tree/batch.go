package tree

// Sizes of a Batch.
const (
	// BatchFiles is how many files it has at a time, at most.
	BatchFiles = 32
	// BatchRead is how many bytes are asked for of each. What fills that is read as others are.
	BatchRead = 16 << 10
)

// Batch opens many files beneath a root by one system call, and reads the small ones by another. All
// that is promised of a File holds: each is looked at between the two, and only a regular one is read.
//
// It decides nothing but success: what it does not have, for whatever reason, is for Finder.Open. So no
// error of it is one of a file, and it may fail at any time.
//
// A Batch belongs to one goroutine.
type Batch struct {
	files  []File // opened, and not taken; those without a handle are not there
	unread int    // files, taken or not, whose first bytes still lie in the buffer
	opener batchOpener
}

// batchOpener does the work of a Batch: see ring.
type batchOpener interface {
	// open opens files. One that it does not, it leaves as it is.
	open(names []string, files []File)
	close()
}

// Batch returns a batch for this root; nil where there is none to be had. It must be closed.
func (r *Root) Batch() *Batch {
	if r.plain { // each name is looked at by itself
		return nil
	}
	return newBatch(newBatchOpener(r))
}

// NewBatch is Root.Batch for files that are named outright: what OpenFile is to Finder.Open.
func NewBatch() *Batch { return newBatch(newOutrightOpener()) }

func newBatch(opener batchOpener) *Batch {
	if opener == nil {
		return nil
	}
	return &Batch{opener: opener, files: make([]File, 0, BatchFiles)}
}

// NoBatch says why there is none to be had on this machine; "" if there is.
func NoBatch() string {
	if err := ringRefused(); err != nil {
		return err.Error()
	}
	return ""
}

// Open opens the files of so many names, BatchFiles at most, but for those that are empty. There must
// be none that is Unread.
func (b *Batch) Open(names []string) {
	b.Drop()
	if b.unread > 0 {
		panic("first bytes of files that nobody has read")
	}
	b.files = b.files[:len(names)]
	b.opener.open(names, b.files)
	for i := range b.files {
		if len(b.files[i].first) > 0 {
			b.files[i].waits = &b.unread
			b.unread++
		}
	}
}

// Take returns the file of a name of Open by its number there, if it was opened and not taken yet.
func (b *Batch) Take(i int) (file File, ok bool) {
	if i < 0 || i >= len(b.files) || b.files[i].handle == nil {
		return File{}, false
	}
	file, b.files[i] = b.files[i], File{}
	return file, true
}

// Unread reports whether there is a file, taken or not, of which nobody has the first bytes yet: they
// would be others with the next call of Open.
func (b *Batch) Unread() bool { return b.unread > 0 }

// Drop closes the files that were not taken.
func (b *Batch) Drop() {
	for i := range b.files {
		if b.files[i].handle != nil {
			b.files[i].Close()
		}
		b.files[i] = File{}
	}
	b.files = b.files[:0]
}

// Close is Drop, for ever. Files that were taken must be closed, or read.
func (b *Batch) Close() {
	b.Drop()
	b.opener.close()
}
