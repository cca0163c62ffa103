package lanes_test

import (
	"bytes"
	"encoding"
	"encoding/binary"
	"encoding/hex"
	"testing"

	"checksig/internal/lanes"
	"checksig/internal/lanes/blake2b"
	"checksig/internal/lanes/sha1"
)

// lines is a message of 4294968297 bytes, which repeat "checksig\n".
type lines struct {
	text []byte // whole lines and whole units, in memory that Go does not manage
	left int
	got  []byte
	err  error
}

const line = "checksig\n"

func (m *lines) Piece(buffer []byte) (piece []byte, last bool, err error) {
	if m.left > len(m.text) {
		m.left -= len(m.text)
		return m.text, false, nil
	}
	n := copy(buffer[:min(len(buffer), m.left)], m.text)
	m.left -= n
	m.text = m.text[n:]
	return buffer[:n], m.left == 0, nil
}

func (m *lines) Done(sum []byte, err error) { m.got, m.err = bytes.Clone(sum), err }

// TestPastFourGiB is for what counts bytes: the set, and the kernels of BLAKE2b. For
// the rest there is TestPaddingAtAnyLength. The digests are those of
// `yes checksig | head -c 4294968297 | sha1sum`, and of b2sum.
func TestPastFourGiB(t *testing.T) {
	if testing.Short() {
		t.Skip("not in a short run: it hashes 8 GiB, which takes 4 to 10 seconds")
	}
	text := outside(t, 9*lanes.PieceUnit*100)
	copy(text, bytes.Repeat([]byte(line), len(text)/len(line)))
	t.Run("", func(t *testing.T) { // the memory lasts until all are done
		for a, want := range map[*lanes.Algorithm]string{
			sha1.Algorithm: "47a674bfdd7993076795c0eee181595d653e883a",
			blake2b.Algorithm(64): "ccade0f628248397f83f4f7dc6bddc90b0ac202ed3f5586fa239597373b13740" +
				"01f71c3caba4a2c041cfe6dd82365fac63ce3b97d8252cf7ad9cff0ad92b03d8",
		} {
			t.Run(a.Name, func(t *testing.T) {
				t.Parallel()
				set := lanes.New(a, lanes.All)
				defer set.Close()
				m := &lines{text: text, left: 4294968297}
				for set.Start(m); set.Live() > 0; {
					set.Step()
				}
				if got := hex.EncodeToString(m.got); m.err != nil || got != want {
					t.Errorf("%s, error %v, want %s", got, m.err, want)
				}
			})
		}
	})
}

// TestPaddingAtAnyLength pads as the standard library does when it is told that it
// has hashed that much before: up to 2^61 bytes, where its SHA-512 loses count.
func TestPaddingAtAnyLength(t *testing.T) {
	tried := 0
	for _, c := range cases {
		if c.reference == nil {
			continue
		}
		for shift := 20; shift < 61; shift++ {
			before := uint64(1)<<shift - uint64(c.Block)
			tail := random(byte(shift), 3*shift)
			h := c.reference()
			form, err := h.(encoding.BinaryAppender).AppendBinary(nil)
			if err != nil {
				t.Fatal(err)
			}
			binary.BigEndian.PutUint64(form[len(form)-8:], before)
			if err := h.(encoding.BinaryUnmarshaler).UnmarshalBinary(form); err != nil {
				t.Fatal(err)
			}
			h.Write(tail)
			state := c.Init
			rest := c.Pad(&state, bytes.Clone(tail), before+uint64(len(tail)))
			c.portable().Go()(&state, rest)
			if want := h.Sum(nil); !bytes.Equal(c.Sum(nil, &state), want) {
				t.Errorf("%s, %d bytes and %d", c.Name, before, len(tail))
			}
			tried++
		}
	}
	if tried != 7*41 {
		t.Fatalf("%d paddings", tried)
	}
}

// TestBlake2bCounts past 32 bits, as if most of the message had been hashed before.
func TestBlake2bCounts(t *testing.T) {
	late := blake2b.Algorithm(64)
	const hashed = 8 // the word of the state
	late.Init[hashed] = 1<<32 - 3*128
	for _, kernel := range late.Kernels {
		if !kernel.Usable(lanes.All) {
			continue
		}
		set := lanes.New(forced(late, kernel), lanes.All)
		var messages []*message
		for n := range 6 * 128 {
			messages = append(messages, testCase{Algorithm: late}.message(t, random(9, n)))
		}
		hashAll(t, set, messages)
		set.Close()
	}
}
