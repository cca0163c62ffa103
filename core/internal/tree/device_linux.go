package tree

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// networks are the numbers of file systems that lie elsewhere: statfs(2), and
// include/uapi/linux/magic.h.
var networks = map[uint32]bool{
	0x6969:     true, // NFS
	0xff534d42: true, // CIFS
	0xfe534d42: true, // SMB 2 and later
	0x517b:     true, // SMB
	0x00c36400: true, // Ceph
	0x5346414f: true, // AFS
	0x01021997: true, // 9P
	0x0bd00bd0: true, // Lustre
	0x47504653: true, // GPFS
	0x65735546: true, // FUSE, which is mostly one
}

// Device returns what the root lies on.
func (r *Root) Device() Device {
	dir, err := r.root.Open(".")
	if err != nil {
		return Flash
	}
	defer dir.Close()
	var fs syscall.Statfs_t
	var st syscall.Stat_t
	if syscall.Fstatfs(int(dir.Fd()), &fs) == nil && networks[uint32(fs.Type)] {
		return Network
	}
	if syscall.Fstat(int(dir.Fd()), &st) == nil && spins("/sys/dev/block", uint64(st.Dev)) {
		return Spinning
	}
	return Flash
}

// spins reports whether a block device is a spinning disk, by what sysfs says of
// it. A partition has no queue: its disk has.
func spins(sys string, dev uint64) bool {
	major := (dev>>8)&0xfff | (dev>>32)&^0xfff
	minor := dev&0xff | (dev>>12)&^0xff
	path, err := filepath.EvalSymlinks(filepath.Join(sys, fmt.Sprintf("%d:%d", major, minor)))
	if err != nil {
		return false
	}
	for _, disk := range []string{path, filepath.Dir(path)} {
		text, err := os.ReadFile(filepath.Join(disk, "queue/rotational"))
		if err == nil {
			return strings.TrimSpace(string(text)) == "1" && !virtual(disk)
		}
	}
	return false
}

// virtual reports whether a disk is a virtual machine's, which does not know
// what lies behind it.
func virtual(disk string) bool {
	for _, prefix := range []string{"vd", "xvd", "loop", "zram", "ram"} {
		if strings.HasPrefix(filepath.Base(disk), prefix) {
			return true
		}
	}
	model, _ := os.ReadFile(filepath.Join(disk, "device/model"))
	for _, name := range []string{"QEMU", "Virtual", "VBOX", "PersistentDisk", "VMware"} {
		if strings.Contains(string(model), name) {
			return true
		}
	}
	return false
}
