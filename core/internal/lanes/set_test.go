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
// the digest in between.
func TestAStreamMayBeCutAnywhere(t *testing.T) {
	for _, c := range cases {
		data := random(17, 5*c.Block+1)
		for step := 1; step < 3*c.Block; step += 7 {
			h := lanes.NewHash(c.Algorithm, c.portable(), len(c.digest(nil)))
			for at := 0; at < len(data); at += step {
				h.Write(data[at:min(at+step, len(data))])
				if want := c.digest(data[:min(at+step, len(data))]); !bytes.Equal(h.Sum(nil), want) {
					t.Fatalf("%s, %d bytes in pieces of %d", c.Name, at+step, step)
				}
			}
		}
	}
}
