package tree

import (
	"io/fs"
	"syscall"
)

func newStat(st *syscall.Stat_t) Stat {
	return Stat{st.Size, st.Mtim.Nano(), st.Ctim.Nano(), int64(st.Ino), int64(st.Dev)}
}

func statOf(i fs.FileInfo) Stat {
	if st, ok := i.Sys().(*syscall.Stat_t); ok {
		return newStat(st)
	}
	return Stat{Size: i.Size(), MTime: i.ModTime().UnixNano()}
}
