package lanes_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"checksig/internal/lanes"
)

// message is a message that compares its digest.
type message struct {
	t    *testing.T
	data []byte
	want []byte
	take int // bytes of a piece at most; 0 is as many as the buffer holds
	// mapped is set for pieces outside of the buffer, except for the last. Then the
	// data must lie in memory that Go does not manage.
	mapped bool
	at     int
	done   int
}

func (m *message) Piece(buffer []byte) (piece []byte, last bool, err error) {
	take := m.take
	if take == 0 {
		take = len(buffer)
	}
	rest := m.data[m.at:]
	if m.mapped && len(rest) > lanes.PieceUnit {
		n := min(max(take, lanes.PieceUnit), len(rest)-1) / lanes.PieceUnit * lanes.PieceUnit
		m.at += n
		return rest[:n], false, nil
	}
	n := copy(buffer[:min(take, len(buffer))], rest)
	m.at += n
	return buffer[:n], n == len(rest), nil
}

func (m *message) Done(sum []byte, err error) {
	m.done++
	if err != nil || !bytes.Equal(sum, m.want) {
		m.t.Errorf("%d bytes: %x, error %v, want %x", len(m.data), sum, err, m.want)
	}
}

// hashAll hashes messages, as many at a time as fit, and sees to it that each is
// done once.
func hashAll(t *testing.T, set lanes.Set, messages []*message) {
	t.Helper()
	for _, m := range messages {
		for set.Full() {
			set.Step()
		}
		set.Start(m)
	}
	for set.Live() > 0 {
		set.Step()
	}
	for i, m := range messages {
		if m.done != 1 {
			t.Fatalf("message %d was done %d times", i, m.done)
		}
	}
}

// eachKernel runs a test with each kernel that this processor has, on an algorithm
// that has no other.
func eachKernel(t *testing.T, test func(t *testing.T, c testCase, only *lanes.Algorithm, kernel *lanes.Kernel)) {
	t.Helper()
	ran := 0
	for _, c := range cases {
		for _, kernel := range c.Kernels {
			t.Run(c.Name+" by "+kernel.Name, func(t *testing.T) {
				if why := kernel.Why(lanes.All); why != "" {
					t.Skip(why)
				}
				test(t, c, forced(c.Algorithm, kernel), kernel)
			})
			if kernel.Usable(lanes.All) {
				ran++
			}
		}
	}
	if ran < len(cases) {
		t.Fatalf("%d kernels for %d algorithms", ran, len(cases))
	}
}

// forced returns an algorithm that runs on one kernel, however many messages there
// are.
func forced(a *lanes.Algorithm, kernel *lanes.Kernel) *lanes.Algorithm {
	only := *a
	only.Kernels = []*lanes.Kernel{kernel}
	only.Choose = func(lanes.On, int) *lanes.Kernel { return kernel }
	return &only
}

// random returns bytes, the same each time.
func random(seed byte, n int) []byte {
	data := make([]byte, n)
	rand.NewChaCha8([32]byte{seed}).Read(data)
	return data
}
