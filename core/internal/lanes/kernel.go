package lanes

import (
	"unsafe"
)

// State is what an algorithm carries from block to block: up to sixteen words
// of 32 bits, or as many of 64, in the byte order of the processor.
type State [16]uint64

// Words returns the state as words of 32 bits.
func (s *State) Words() *[32]uint32 {
	return (*[32]uint32)(unsafe.Pointer(s)) // the same 128 bytes
}

// Compress hashes data, a whole number of blocks, into a state.
type Compress func(state *State, data []byte)

// Kernel is code that hashes blocks of one algorithm, in one lane or several.
type Kernel struct {
	// Name has the algorithm and the instruction set: "sha1/avx512". It is the
	// name of the kernel's off switch.
	Name  string
	Lanes int
	// Built says whether this build has the kernel, and Has whether this
	// processor has what it needs.
	Built, Has bool
	// C is the kernel, of the type in simd/kernel.h; nil for one in Go.
	C unsafe.Pointer
	// Go returns the kernel, for the use of one goroutine.
	Go func() Compress
}

// Why says why a kernel is not used, or "" if it is not ruled out.
func (k *Kernel) Why(on On) string {
	switch {
	case !k.Built:
		return "not in this build"
	case !k.Has:
		return "not in this processor"
	case !on(k):
		return "switched off"
	}
	return ""
}

// Usable reports whether nothing rules the kernel out.
func (k *Kernel) Usable(on On) bool {
	return k.Why(on) == ""
}

// Algorithm is a hash function whose blocks follow each other.
type Algorithm struct {
	Name  string
	Block int // in bytes
	Init  State
	// Pad appends to the last bytes of a message of that length whatever makes
	// them whole blocks, and may prepare the state for them.
	Pad func(state *State, rest []byte, length uint64) []byte
	// Sum appends the digest.
	Sum func(sum []byte, state *State) []byte
	// Kernels are all there are, best first, on any processor.
	Kernels []*Kernel
	// Choose returns the kernel for a number of live lanes.
	Choose func(on On, live int) *Kernel
}

// NewSet makes an Algorithm a Family.
func (a *Algorithm) NewSet(on On) Set { return New(a, on) }

// List makes an Algorithm a Family.
func (a *Algorithm) List() []*Kernel { return a.Kernels }

// Pick makes an Algorithm a Family.
func (a *Algorithm) Pick(on On, live int) *Kernel { return a.Choose(on, live) }

// All switches every kernel on.
func All(*Kernel) bool { return true }

// None switches every kernel off: what is left is plain Go.
func None(*Kernel) bool { return false }

// MaxLanes is how many lanes the widest kernel has.
const MaxLanes = 32

// Widest returns the number of lanes that keep busy what choose chooses from.
func Widest(choose func(on On, live int) *Kernel, on On) int {
	most := 1
	for live := 1; live <= MaxLanes; live++ {
		most = max(most, choose(on, live).Lanes)
	}
	return most
}

// Runner is a kernel, ready to run for one goroutine.
type Runner struct {
	*Kernel
	compress Compress // nil if the kernel is in C
}

// Runners returns the kernels chosen for each number of live lanes up to n.
func Runners(choose func(on On, live int) *Kernel, on On, n int) []*Runner {
	runners := make([]*Runner, n+1)
	made := make(map[*Kernel]*Runner)
	for live := 1; live <= n; live++ {
		kernel := choose(on, live)
		if made[kernel] == nil {
			made[kernel] = &Runner{Kernel: kernel}
			if kernel.C == nil {
				made[kernel].compress = kernel.Go()
			}
		}
		runners[live] = made[kernel]
	}
	return runners
}

// Native returns a kernel in C, which is nil where it is not built, for
// processors that have what it needs.
func Native(name string, lanes int, has bool, c unsafe.Pointer) *Kernel {
	return &Kernel{Name: name, Lanes: lanes, Built: c != nil, Has: has, C: c}
}

// Portable returns a kernel in plain Go, which is what all others are held
// against.
func Portable(name string, compress Compress) *Kernel {
	return &Kernel{
		Name: name, Lanes: 1, Built: true, Has: true,
		Go: func() Compress { return compress },
	}
}
