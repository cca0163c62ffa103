package blake3

import "checksig/internal/lanes"

// engine hashes jobs side by side. It belongs to one goroutine.
type engine struct {
	memory  *lanes.Memory
	kernels []*lanes.Runner // by the number of live lanes
}

// run hashes jobs. Jobs of the same length should be neighbours, and shorter
// ones come first.
func (e *engine) run(jobs []job) {
	for len(jobs) > 0 {
		kernel := e.kernels[min(len(jobs), len(e.kernels)-1)]
		n := min(kernel.Lanes, len(jobs))
		e.group(jobs[:n])
		jobs = jobs[n:]
	}
}

// group hashes jobs side by side: as much as the shortest has left, then as
// much as the next has left, until all are done.
func (e *engine) group(jobs []job) {
	for i := range jobs {
		jobs[i].begin(e.memory.State(i))
	}
	at := 0
	for i := 0; i < len(jobs); {
		live := jobs[i:]
		n := len(live[0].data) - at
		if n == 0 {
			i++
			continue
		}
		for k := range live {
			state := e.memory.State(i + k)
			live[k].arm(state, at, at+n)
			e.memory.Put(k, state, live[k].data[at:at+n])
		}
		lost := e.memory.Run(e.kernels[len(live)], len(live), n, block)
		for k := range live {
			live[k].from.lost = live[k].from.lost || lost&(1<<k) != 0
		}
		at += n
	}
	for i := range jobs {
		jobs[i].store(e.memory.State(i))
	}
}

// many does the first of count jobs that are like j, as many as fill the lanes of
// the widest kernel again and again, and returns how many those were. Their data
// and their values lie one behind the other, and their counters grow by step.
func (e *engine) many(count int, j job, data, values []byte, step int) int {
	kernel := e.kernels[len(e.kernels)-1]
	count -= count % kernel.Lanes
	if count == 0 || e.native(kernel, count, j, data, values, step) {
		return count
	}
	jobs := make([]job, kernel.Lanes)
	size := len(j.data)
	for i := range count {
		next := j
		next.data, next.value = data[i*size:(i+1)*size], values[i*Size:(i+1)*Size]
		next.counter += uint64(i * step)
		jobs[i%kernel.Lanes] = next
		if (i+1)%kernel.Lanes == 0 {
			e.group(jobs)
		}
	}
	return count
}
