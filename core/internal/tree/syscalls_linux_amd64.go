package tree

import "syscall"

// System calls whose numbers differ between architectures, or that package
// syscall has no name for.
const (
	sysFstatat = syscall.SYS_NEWFSTATAT
	sysFadvise = syscall.SYS_FADVISE64
	sysPreadv2 = 327
)
