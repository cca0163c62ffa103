package lanes_test

import (
	"bytes"
	"errors"
	"testing"

	"checksig/internal/lanes"
	"checksig/internal/lanes/sha256"
)

// script is a message that returns what it is told to.
type script struct {
	piece func(buffer []byte) (piece []byte, last bool, err error)
	sum   []byte
	err   error
	done  int
}

func (m *script) Piece(buffer []byte) (piece []byte, last bool, err error) { return m.piece(buffer) }

func (m *script) Done(sum []byte, err error) { m.sum, m.err, m.done = sum, err, m.done+1 }

func TestAnErrorEndsOnlyItsMessage(t *testing.T) {
	broken := errors.New("broken")
	set := lanes.New(sha256.Algorithm, lanes.All)
	defer set.Close()
	c := testCase{Algorithm: sha256.Algorithm}
	for _, after := range []int{0, 1, 3} {
		pieces := 0
		bad := &script{piece: func(buffer []byte) ([]byte, bool, error) {
			if pieces++; pieces > after {
				return nil, false, broken
			}
			return buffer[:lanes.PieceUnit], false, nil
		}}
		good := c.message(t, random(10, 100_000))
		set.Start(bad)
		hashAll(t, set, []*message{good})
		if bad.done != 1 || !errors.Is(bad.err, broken) || bad.sum != nil {
			t.Errorf("done %d times, with %x and the error %v", bad.done, bad.sum, bad.err)
		}
	}
}

// TestPiecesKeepTheirPromise: a set that believed in what it gets would hash memory
// that is not there, or miss the last block.
func TestPiecesKeepTheirPromise(t *testing.T) {
	set := lanes.New(sha256.Algorithm, lanes.All)
	defer set.Close()
	other := outside(t, lanes.PieceUnit)
	for name, piece := range map[string]func(buffer []byte) ([]byte, bool, error){
		"an odd length":     func(buffer []byte) ([]byte, bool, error) { return buffer[:lanes.PieceUnit+1], false, nil },
		"nothing":           func(buffer []byte) ([]byte, bool, error) { return buffer[:0], false, nil },
		"the end elsewhere": func([]byte) ([]byte, bool, error) { return other, true, nil },
	} {
		m := &script{piece: piece}
		set.Start(m)
		if m.done != 1 || m.err == nil || set.Live() > 0 {
			t.Errorf("%s: done %d times, error %v", name, m.done, m.err)
		}
	}
	pieces := 0
	m := &script{piece: func(buffer []byte) ([]byte, bool, error) {
		pieces++
		return buffer[:lanes.PieceUnit*(2-pieces)], pieces == 2, nil
	}}
	for set.Start(m); set.Live() > 0; {
		set.Step()
	}
	if m.done != 1 || m.err == nil {
		t.Errorf("an empty end: done %d times, error %v", m.done, m.err)
	}
}

// TestLivingIsCounted while lanes fill and drain.
func TestLivingIsCounted(t *testing.T) {
	for _, c := range cases {
		set := lanes.New(c.Algorithm, lanes.All)
		n := 0
		for ; !set.Full(); n++ {
			if set.Live() != n || (set.Live() == 0) != (n == 0) {
				t.Errorf("%s: %d of %d live", c.Name, set.Live(), n)
			}
			set.Start(c.message(t, random(11, 10)))
		}
		for set.Live() > 0 {
			set.Step()
		}
		if set.Live() != 0 || set.Full() {
			t.Errorf("%s: %d live at the end", c.Name, set.Live())
		}
		set.Close()
	}
}

// TestAStreamMayBeCutAnywhere writes a stream in pieces of any length, and looks at
// the digest in between. A stream is one message: a kernel with more lanes than one
// has to do with it as well.
func TestAStreamMayBeCutAnywhere(t *testing.T) {
	eachKernel(t, func(t *testing.T, c testCase, only *lanes.Algorithm, _ *lanes.Kernel) {
		data := random(17, 5*c.Block+1)
		for step := 1; step < 3*c.Block; step += 7 {
			h := only.NewHash(lanes.All)
			for at := 0; at < len(data); at += step {
				h.Write(data[at:min(at+step, len(data))])
				if want := c.digest(data[:min(at+step, len(data))]); !bytes.Equal(h.Sum(nil), want) {
					t.Fatalf("%s, %d bytes in pieces of %d", c.Name, at+step, step)
				}
			}
		}
	})
}

// TestAStreamLiesAnywhere writes bytes that Go does not manage, and bytes at every
// offset within a line of the cache.
func TestAStreamLiesAnywhere(t *testing.T) {
	memory := outside(t, 1<<16)
	copy(memory, random(18, len(memory)))
	eachKernel(t, func(t *testing.T, c testCase, only *lanes.Algorithm, _ *lanes.Kernel) {
		for offset := range 70 {
			data := memory[offset:][:3*c.Block+offset]
			for _, p := range [][]byte{data, bytes.Clone(data)} {
				h := only.NewHash(lanes.All)
				h.Write(p)
				if !bytes.Equal(h.Sum(nil), c.digest(data)) {
					t.Fatalf("%s, %d bytes from %d on", c.Name, len(data), offset)
				}
			}
		}
	})
}

// TestAStreamTakesTheKernelForOneMessage also begins again.
func TestAStreamTakesTheKernelForOneMessage(t *testing.T) {
	for _, c := range cases {
		for _, on := range []lanes.On{lanes.All, lanes.None} {
			asked := 0
			watched := *c.Algorithm
			watched.Choose = func(given lanes.On, live int) *lanes.Kernel {
				asked = live
				return c.Choose(given, live)
			}
			h := watched.NewHash(on)
			for range 2 {
				h.Write(make([]byte, 1000))
				if asked != 1 || !bytes.Equal(h.Sum(nil), c.digest(make([]byte, 1000))) {
					t.Errorf("%s: asked for %d messages", c.Name, asked)
				}
				h.Reset()
			}
			if h.Size() != len(c.digest(nil)) || h.BlockSize() != c.Block {
				t.Errorf("%s: %d bytes in blocks of %d", c.Name, h.Size(), h.BlockSize())
			}
		}
	}
}
