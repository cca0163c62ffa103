package tree

// Device is a kind of device, by how it is best read.
type Device int

// The devices. Flash, which wants many requests at a time, is also what is
// taken for granted where nothing is known: a virtual disk says that it spins,
// and mostly does not.
const (
	Flash    Device = iota
	Spinning        // wants one reader, in the order of the blocks
	Network         // answers late: wants many files at a time
)
