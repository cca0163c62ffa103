package work

import (
	"runtime"
	"runtime/metrics"
	"sync"
	"time"
)

// A kernel runs longer than Go's scheduler lets a call of C keep its place: after
// 20 microseconds the place goes to another thread, which finds nothing to do,
// and the worker has to wait for it. Where a place is idle, that is left alone:
// with more places than cores, two workers are a quarter faster.
//
// A run that waits for servers is the other way round: with every place that is
// idle, a thread wakes up for each answer, and finds that another has it. With
// one place, small objects cost two thirds of the processor time. It gets more
// when there is more to do than that.
func init() { runtime.GOMAXPROCS(many()) }

func many() int { return 4 * cores }

// places is how many places the scheduler has, for all runs of the process.
var places = struct {
	sync.Mutex
	others, fetching int // runs
	wanted           int // places, of those that fetch
}{}

// enter notes a run, and leave its end.
func enter(fetching bool) { shift(fetching, 1) }

func leave(fetching bool) { shift(fetching, -1) }

func shift(fetching bool, by int) {
	places.Lock()
	defer places.Unlock()
	if fetching {
		if places.fetching == 0 {
			places.wanted = 1
		}
		places.fetching += by
	} else {
		places.others += by
	}
	settlePlaces()
}

// settlePlaces gives the scheduler as many places as runs want.
func settlePlaces() {
	n := many()
	if places.others == 0 && places.fetching > 0 {
		n = places.wanted
	}
	if n != runtime.GOMAXPROCS(0) {
		runtime.GOMAXPROCS(n)
	}
}

const (
	// watchPlaces is how often it is looked whether places are enough.
	watchPlaces = 20 * time.Millisecond
	// queueing is how many goroutines may wait for one place: answers come in flocks.
	queueing = 8
	// crowded is how often in a row they have to be too few, and idle how often more than enough.
	crowded, idle = 5, 50
)

// watch adapts the places to what there is to do, until it is over.
func watch(over <-chan struct{}) {
	sample := []metrics.Sample{{Name: "/sched/goroutines/runnable:goroutines"}}
	ticker := time.NewTicker(watchPlaces)
	defer ticker.Stop()
	for few, enough := 0, 0; ; {
		select {
		case <-ticker.C:
		case <-over:
			return
		}
		metrics.Read(sample)
		if sample[0].Value.Kind() != metrics.KindUint64 {
			return
		}
		places.Lock()
		switch waiting := int(sample[0].Value.Uint64()); {
		case waiting > queueing*places.wanted:
			few, enough = few+1, 0
		case waiting == 0:
			few, enough = 0, enough+1
		default:
			few, enough = 0, 0
		}
		switch {
		case few >= crowded && places.wanted < many():
			places.wanted, few = 2*places.wanted, 0
			settlePlaces()
		case enough >= idle && places.wanted > 1:
			places.wanted, enough = places.wanted/2, 0
			settlePlaces()
		}
		places.Unlock()
	}
}
