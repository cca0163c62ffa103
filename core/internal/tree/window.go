package tree

import "os"

// window is the part of a file that is mapped. The zero value is ready for use.
//
// A file is mapped window by window: to take a large mapping down takes long,
// and who cancels a run should not wait for it.
type window struct {
	memory []byte
	start  int64 // of the memory in the file
	used   bool  // something was mapped
}

// Lengths in bytes: of a window, and of the pieces that it is cut into.
const (
	windowSize = 8 << 20
	pieceSize  = 1 << 20
)

// page is the length in bytes of what mappings are made of.
var page = int64(os.Getpagesize())

// next returns the piece of mapped memory at a place in the file, before what
// ends there: never the last bytes, which are to be read, so that the end is
// seen. It returns nil if there is none left, or the file cannot be mapped.
func (w *window) next(h handle, at, end int64) []byte {
	if at >= w.start+int64(len(w.memory)) {
		w.close(h)
		size := max(end-at-1, 0) / page * page
		w.memory, w.start = h.mmap(at, min(size, windowSize)), at
		if w.memory == nil {
			return nil
		}
		w.used = true
	}
	piece := w.memory[at-w.start:]
	return piece[:min(len(piece), pieceSize)]
}

func (w *window) close(h handle) {
	if w.memory != nil {
		h.unmap(w.memory)
		w.memory = nil
	}
}
