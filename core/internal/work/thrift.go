package work

import (
	"runtime/debug"
	"sync"
)

const (
	// manyFiles is from how many files on memory matters more than the time of the garbage collector.
	manyFiles = 100_000
	// thriftyPercent is how much garbage there may be then, of what is in use. Requests leave behind
	// some 10 kB each: by the default of Go there would be as much of that as of all the list.
	thriftyPercent = 40
)

// thrift is the runs of this process that are thrifty with memory.
var thrift struct {
	sync.Mutex
	runs   int
	before int // what the percentage was without them
}

// beThrifty gives back the memory that was needed to parse a long list, and keeps garbage low until
// the function is called that it returns.
func beThrifty() (end func()) {
	thrift.Lock()
	defer thrift.Unlock()
	if thrift.runs++; thrift.runs == 1 {
		thrift.before = debug.SetGCPercent(thriftyPercent)
	}
	debug.FreeOSMemory()
	return func() {
		thrift.Lock()
		defer thrift.Unlock()
		if thrift.runs--; thrift.runs == 0 {
			debug.SetGCPercent(thrift.before)
		}
	}
}
