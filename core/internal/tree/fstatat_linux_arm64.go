package tree

import "syscall"

const sysFstatat = syscall.SYS_FSTATAT
