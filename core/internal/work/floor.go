package work

import "sync"

// heapFloor is how many bytes the heap has beside what is in use: memory that is never touched, and so
// costs none. The garbage collector begins its work when the heap has doubled. Beneath some megabytes,
// which every process of this kind has, that is work for nothing.
const heapFloor = 32 << 20

var floor = sync.OnceValue(func() []byte { return make([]byte, heapFloor) })
