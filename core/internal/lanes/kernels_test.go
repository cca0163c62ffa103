package lanes_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"checksig/internal/lanes"
)

// message is a message for the tests.
type message struct {
	t    *testing.T
	data []byte
	want []byte
	// take is how much a piece holds at most; 0 is as much as the buffer.
	take int
	// elsewhere is set for pieces that do not lie in the buffer.
	elsewhere bool
	at        int
	done      int
}

func (m *message) Piece(buffer []byte) (piece []byte, last bool, err error) {
	n := len(buffer)
	if m.take > 0 {
		n = min(n, m.take)
	}
	rest := m.data[m.at:]
	if m.elsewhere && len(rest) >= lanes.PieceUnit {
		n = min(n, len(rest)/lanes.PieceUnit*lanes.PieceUnit)
		m.at += n
		return rest[:n], false, nil
	}
	n = copy(buffer[:n], rest)
	m.at += n
	return buffer[:n], n == len(rest), nil
}

func (m *message) Done(sum []byte, err error) {
	m.done++
	if err != nil || !bytes.Equal(sum, m.want) {
		m.t.Errorf("%d bytes, pieces of %d: %x, error %v, want %x", len(m.data), m.take, sum, err, m.want)
	}
}

// hashAll hashes messages in a set, as many at a time as fit.
func hashAll(t *testing.T, set lanes.Set, messages []*message) {
	t.Helper()
	for _, m := range messages {
		for set.Full() {
			set.Step()
		}
		set.Start(m)
	}
	for !set.Empty() {
		set.Step()
	}
	for i, m := range messages {
		if m.done != 1 {
			t.Fatalf("message %d was done %d times", i, m.done)
		}
	}
}

// eachKernel runs a test with each kernel of each algorithm that this processor
// has, and nothing else.
func eachKernel(t *testing.T, test func(t *testing.T, c testCase, only *lanes.Algorithm, kernel *lanes.Kernel)) {
	ran := 0
	for _, c := range cases {
		for _, kernel := range c.Kernels {
			t.Run(c.Name+"/"+kernel.Name, func(t *testing.T) {
				if why := kernel.Why(lanes.All); why != "" {
					t.Skip(why)
				}
				test(t, c, forced(c.Algorithm, kernel), kernel)
				ran++
			})
		}
	}
	if ran < 2*len(cases)-1 {
		t.Fatalf("%d kernels were tested", ran)
	}
}

// forced returns an algorithm that has one kernel, for any number of messages.
func forced(a *lanes.Algorithm, kernel *lanes.Kernel) *lanes.Algorithm {
	only := *a
	only.Kernels = []*lanes.Kernel{kernel}
	only.Choose = func(lanes.On, int) *lanes.Kernel { return kernel }
	return &only
}

// random returns bytes, the same each time.
func random(seed uint64, n int) []byte {
	data := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}).Read(data)
	return data
}

func TestEveryLength(t *testing.T) {
	eachKernel(t, func(t *testing.T, c testCase, only *lanes.Algorithm, kernel *lanes.Kernel) {
		set := lanes.New(only, lanes.All)
		defer set.Close()
		data := random(1, c.Block*(kernel.Lanes+4))
		var messages []*message
		for n := range len(data) {
			messages = append(messages, c.message(t, data[len(data)-n:]))
		}
		hashAll(t, set, messages)
	})
}
