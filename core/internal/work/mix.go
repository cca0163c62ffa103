package work

import (
	"slices"

	"checksig/internal/claim"
	"checksig/internal/digest"
	"checksig/internal/lanes"
)

// mix is the lanes for files of which several digests are wanted, from one read.
type mix struct {
	set        lanes.Set
	algorithms []*digest.Algorithm // in the order in which Done gets their digests
}

// MaxMixes bounds the memory that lists with many algorithms can use up: each mix
// has half a megabyte of buffers, for each worker.
const MaxMixes = 8

// mix returns the lanes for all that is listed for a file, or nil if that is one
// digest.
func (w *worker) mix(e *claim.Entry) (*mix, error) {
	if e.Also == nil {
		return nil, nil
	}
	w.key = w.key[:0]
	for ; e != nil; e = e.Also {
		if i := byte(digest.Index(e.Algorithm)); !slices.Contains(w.key, i) {
			w.key = append(w.key, i)
		}
	}
	slices.Sort(w.key)
	if m := w.mixes[string(w.key)]; m != nil {
		return m, nil
	}
	if len(w.mixes) >= MaxMixes {
		if err := w.dissolve(); err != nil {
			return nil, err
		}
	}
	m := newMix(w.key, w.run.on)
	w.mixes[string(w.key)] = m
	w.busy = append(w.busy, m.set)
	return m, nil
}

func newMix(key []byte, on lanes.On) *mix {
	m := &mix{}
	var digests []lanes.Digest
	for _, i := range key {
		a := digest.All()[i]
		m.algorithms = append(m.algorithms, a)
		digests = append(digests, a.Among(on))
	}
	m.set = lanes.NewMany(digests, on)
	return m
}

// dissolve finishes the files in all mixes, and gives up their memory.
func (w *worker) dissolve() error {
	if err := w.drain(); err != nil {
		return err
	}
	for key, m := range w.mixes {
		m.set.Close()
		w.busy = slices.DeleteFunc(w.busy, func(s lanes.Set) bool { return s == m.set })
		delete(w.mixes, key)
	}
	return nil
}

// found returns the digests that a lane brought, which are several if there is a mix.
func (m *mix) found(digests []byte) claim.Found {
	if m == nil {
		return claim.Found{Digests: digests}
	}
	return claim.Found{Algorithms: m.algorithms, Digests: digests}
}
