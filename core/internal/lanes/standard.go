package lanes

import (
	"encoding"
	"encoding/binary"
	"hash"
)

// Standard returns a kernel that runs on a hash of the standard library: for
// one stream nothing is faster. A state goes in and out in the form in which
// such a hash saves itself: a magic number, the words of the state, a block that
// is empty between blocks, the length.
//
// The form is the library's own affair. So the kernel is tried once against the
// portable one, and not used if it does not agree.
func Standard(name, magic string, words, size, block int, create func() hash.Hash, portable Compress) *Kernel {
	k := &Kernel{Name: name, Lanes: 1, Built: true}
	form := saved{magic, words, size, block}
	k.Go = func() Compress { return form.compress(create()) }
	k.Has = form.known(create()) && agrees(k.Go(), portable, block)
	return k
}

// saved describes the form in which a hash saves itself.
type saved struct {
	magic string
	words int // of the state
	size  int // of a word, in bytes
	block int
}

type savable interface {
	hash.Hash
	encoding.BinaryAppender
	encoding.BinaryUnmarshaler
}

func (f saved) length() int { return len(f.magic) + f.words*f.size + f.block + 8 }

func (f saved) known(h hash.Hash) bool {
	s, ok := h.(savable)
	if !ok {
		return false
	}
	form, err := s.AppendBinary(nil)
	return err == nil && len(form) == f.length() && string(form[:len(f.magic)]) == f.magic
}

func (f saved) compress(h hash.Hash) Compress {
	s, _ := h.(savable)
	form := make([]byte, 0, f.length())
	return func(state *State, data []byte) {
		form = f.write(form[:0], state)
		if err := s.UnmarshalBinary(form); err != nil {
			panic(err)
		}
		s.Write(data)
		var err error
		if form, err = s.AppendBinary(form[:0]); err != nil {
			panic(err)
		}
		f.read(form, state)
	}
}

func (f saved) write(form []byte, state *State) []byte {
	form = append(form, f.magic...)
	for i := range f.words {
		if f.size == 4 {
			form = binary.BigEndian.AppendUint32(form, state.Words()[i])
		} else {
			form = binary.BigEndian.AppendUint64(form, state[i])
		}
	}
	return form[:f.length()]
}

func (f saved) read(form []byte, state *State) {
	form = form[len(f.magic):]
	for i := range f.words {
		if f.size == 4 {
			state.Words()[i] = binary.BigEndian.Uint32(form[4*i:])
		} else {
			state[i] = binary.BigEndian.Uint64(form[8*i:])
		}
	}
}

func agrees(a, b Compress, block int) bool {
	data := make([]byte, 2*block)
	for i := range data {
		data[i] = byte(7 * i)
	}
	x, y := State{1, 2, 3, 4, 5, 6, 7, 8}, State{1, 2, 3, 4, 5, 6, 7, 8}
	a(&x, data)
	b(&y, data)
	return x == y
}
