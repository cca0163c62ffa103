package main

import (
	"encoding/json"
	"hash"
	"sync"

	"checksig"
	"checksig/internal/digest"
	"checksig/internal/lanes"
)

// apart is the length in bytes from which a piece is worth a goroutine for each
// algorithm: to start one and wait for it takes as long as hashing a few thousand
// bytes.
const apart = 64 << 10

// hasher is a stream of bytes that C holds a handle to, and the hashes that are
// computed of it.
type hasher struct {
	mu     sync.Mutex // one call at a time
	hashes []hash.Hash
	on     lanes.On // the kernels for them
	fault  bool     // for tests
	broken bool     // a hash gave up in the middle: what it says is worth nothing
}

// hasherHeader is the request of checksig_hasher, and the first line of that of checksig_hash.
type hasherHeader struct {
	Algorithms []string    `json:"algorithms"`
	Disable    string      `json:"disable"`
	Fault      bool        `json:"fault"`
	Blake3     *blake3Mode `json:"blake3"`
}

// blake3Mode is how BLAKE3 is used, if it is more than an algorithm.
type blake3Mode struct {
	Key     []byte  `json:"key"`
	Context *string `json:"context"`
	From    uint64  `json:"from"`
	Size    int     `json:"size"`
}

// longestOutput is the most bytes of BLAKE3's output that a hasher gives.
const longestOutput = 1 << 26

// parseHasher returns the algorithms of a request, and the kernels that are on; nothing if it makes
// no sense.
func parseHasher(request []byte) (header hasherHeader, algorithms []*checksig.Algorithm, on lanes.On) {
	if err := json.Unmarshal(request, &header); err != nil {
		return hasherHeader{}, nil, nil
	}
	on, _, err := digest.Switch(header.Disable)
	if err != nil || header.Blake3 != nil && len(header.Algorithms) > 0 {
		return hasherHeader{}, nil, nil
	}
	for _, name := range header.Algorithms {
		algorithm, err := checksig.Lookup(name)
		if err != nil {
			return hasherHeader{}, nil, nil
		}
		algorithms = append(algorithms, algorithm)
	}
	return header, algorithms, on
}

// newHasher returns nil if the request makes no sense.
func newHasher(request []byte) *hasher {
	header, algorithms, on := parseHasher(request)
	h := &hasher{on: on, fault: header.Fault}
	if header.Blake3 != nil {
		m := header.Blake3
		mode, err := digest.Blake3(m.Key, m.Context, m.From, m.Size)
		if err != nil || m.Size > longestOutput {
			return nil
		}
		h.hashes = []hash.Hash{mode}
		return h
	}
	if algorithms == nil {
		return nil
	}
	for _, algorithm := range algorithms {
		h.hashes = append(h.hashes, algorithm.Hash(on))
	}
	return h
}

// update hashes data, and reports whether it did: see checksig_update.
func (h *hasher) update(data []byte) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken {
		return false
	}
	h.broken = true // for as long as the hashes may not be at the same place
	if len(h.hashes) == 1 || len(data) < apart {
		for _, each := range h.hashes {
			h.write(each, data)
		}
		h.broken = false
	} else {
		h.broken = !h.fanOut(data)
	}
	return !h.broken
}

// fanOut gives each hash a goroutine of its own, and waits for all: none of them
// may look at data when the caller has it back.
func (h *hasher) fanOut(data []byte) bool {
	var wait sync.WaitGroup
	faults := make([]any, len(h.hashes))
	for i, each := range h.hashes {
		wait.Go(func() {
			// One that is not caught here would end the process, and with it the
			// Python that called.
			defer func() {
				if fault := recover(); fault != nil {
					faults[i] = fault
				}
			}()
			h.write(each, data)
		})
	}
	wait.Wait()
	for _, fault := range faults {
		if fault != nil {
			return false
		}
	}
	return true
}

func (h *hasher) write(to hash.Hash, data []byte) {
	if h.fault {
		panic("a fault that a test asked for")
	}
	to.Write(data)
}

// sum returns the digests so far, or nil if there are none to be had.
func (h *hasher) sum() []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken {
		return nil
	}
	digests := []byte{}
	for _, each := range h.hashes {
		digests = each.Sum(digests)
	}
	return digests
}

// close has nothing to wait for: a call that is under way ends by itself.
func (h *hasher) close() {}
