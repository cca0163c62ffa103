package tree

import (
	"os"
	"path/filepath"
	"testing"
)

// TestOnlyADiskThatIsRealSpins lays out what sysfs says of disks: rotational is 1
// for all of them, and believed of one that a virtual machine did not make up.
func TestOnlyADiskThatIsRealSpins(t *testing.T) {
	sys := t.TempDir()
	disks := filepath.Join(sys, "disks")
	for device, disk := range map[string]struct{ path, model, rotational string }{
		"8:0":   {"sda", "ST4000DM004", "1"},
		"8:1":   {"sda/sda1", "", ""},
		"8:16":  {"sdb", "QEMU HARDDISK", "1"},
		"8:32":  {"sdc", "Samsung SSD 870", "0"},
		"254:0": {"vda", "", "1"},
		"253:0": {"dm-0", "", "1"},
	} {
		path := filepath.Join(disks, disk.path)
		must(t, os.MkdirAll(filepath.Join(path, "device"), 0o755))
		must(t, os.WriteFile(filepath.Join(path, "device/model"), []byte(disk.model+"\n"), 0o644))
		if disk.rotational != "" {
			must(t, os.MkdirAll(filepath.Join(path, "queue"), 0o755))
			must(t, os.WriteFile(filepath.Join(path, "queue/rotational"), []byte(disk.rotational+"\n"), 0o644))
		}
		must(t, os.Symlink(path, filepath.Join(sys, device)))
	}
	for dev, want := range map[uint64]bool{
		8 << 8: true, 8<<8 | 1: true, 8<<8 | 16: false, 8<<8 | 32: false, 254 << 8: false, 253 << 8: true, 9 << 8: false,
	} {
		if got := spins(sys, dev); got != want {
			t.Errorf("%d:%d spins: %t", dev>>8, dev&0xff, got)
		}
	}
}
