package lanes_test

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"checksig/internal/lanes"
	"checksig/internal/lanes/cpu"
)

// rule says which kernels a processor with some features should run: from how
// many live messages on, and which. It is written down apart from what it tests.
type rule struct {
	features string
	kernels  []from
}

type from struct {
	live   int
	kernel string
}

// rules are those of each family of algorithms, the best first.
var rules = map[string][]rule{
	"md5": {
		{"avx512 avx2", []from{{1, "standard"}, {2, "avx2"}, {9, "avx512"}, {17, "avx512x2"}}},
		{"avx2", []from{{1, "standard"}, {2, "avx2"}, {9, "avx2x2"}}},
		{"asimd", []from{{1, "standard"}, {3, "neon"}, {5, "neonx2"}}},
		{"", []from{{1, "standard"}}},
	},
	"sha1": {
		{"avx512 sha_ni amd", []from{{1, "standard"}, {2, "shani2"}, {3, "shani3"}, {8, "avx512"}}},
		{"avx512 avx2 sha_ni", []from{{1, "standard"}, {2, "shani2"}, {5, "avx2"}, {6, "avx512"}}},
		{"avx512", []from{{1, "standard"}, {3, "avx2"}, {6, "avx512"}}},
		{"sha_ni amd", []from{{1, "standard"}, {2, "shani2"}, {3, "shani3"}}},
		{"avx2 sha_ni", []from{{1, "standard"}, {2, "shani2"}, {5, "avx2"}}},
		{"sha_ni", []from{{1, "standard"}, {2, "shani2"}}},
		{"avx2", []from{{1, "standard"}, {3, "avx2"}}},
		{"sha1", []from{{1, "standard"}, {2, "ce2"}, {3, "ce3"}}},
		{"asimd", []from{{1, "standard"}, {3, "neon"}}},
		{"", []from{{1, "standard"}}},
	},
	"sha256": {
		{"sha_ni amd", []from{{1, "standard"}, {2, "shani2"}}},
		{"avx512 sha_ni", []from{{1, "standard"}, {2, "shani2"}, {6, "avx512"}}},
		{"avx512", []from{{1, "standard"}, {3, "avx2"}, {6, "avx512"}}},
		{"sha_ni", []from{{1, "standard"}, {2, "shani2"}}},
		{"avx2", []from{{1, "standard"}, {3, "avx2"}}},
		{"sha2", []from{{1, "standard"}, {2, "ce2"}, {3, "ce3"}}},
		{"asimd", []from{{1, "standard"}, {3, "neon"}}},
		{"", []from{{1, "standard"}}},
	},
	"sha512": {
		{"avx512", []from{{1, "standard"}, {3, "avx512"}}},
		{"avx2", []from{{1, "standard"}, {3, "avx2"}}},
		{"sha512", []from{{1, "standard"}, {2, "ce2"}}},
		{"", []from{{1, "standard"}}},
	},
	"blake2b": {
		{"avx512", []from{{1, "c"}, {2, "avx2"}, {5, "avx512"}}},
		{"avx2", []from{{1, "c"}, {2, "avx2"}}},
		{"c", []from{{1, "c"}}},
		{"", []from{{1, "portable"}}},
	},
}

// features returns what the system says of this processor, in the words of the
// rules. An emulator runs as another processor than the one that the system
// describes: there, CPU_FLAGS has the words of /proc/cpuinfo instead.
func features(t *testing.T) []string {
	t.Helper()
	described, set := os.LookupEnv("CPU_FLAGS")
	if !set {
		info, err := os.ReadFile("/proc/cpuinfo")
		if err != nil {
			t.Skip("nothing but Linux, or CPU_FLAGS, says what this processor has")
		}
		described, _, _ = strings.Cut(string(info), "\n\n") // all processors have the same
	}
	words := strings.Fields(described)
	has := func(all ...string) bool {
		return !slices.ContainsFunc(all, func(word string) bool { return !slices.Contains(words, word) })
	}
	if !withC {
		return nil
	}
	found := []string{"c"}
	for name, needs := range map[string][]string{
		"avx2":   {"avx2"},
		"avx512": {"avx512f", "avx512bw", "avx512dq", "avx512vl"},
		"sha_ni": {"sha_ni", "ssse3", "sse4_1"},
		"amd":    {"AuthenticAMD"}, "asimd": {"asimd"}, "sha1": {"sha1"}, "sha2": {"sha2"}, "sha512": {"sha512"},
	} {
		if has(needs...) {
			found = append(found, name)
		}
	}
	return found
}

// should returns the kernels that should run for each number of live messages.
func should(family string, found []string) (kernels [33]string) {
	for _, r := range rules[family] {
		if slices.ContainsFunc(strings.Fields(r.features), func(word string) bool { return !slices.Contains(found, word) }) {
			continue
		}
		for _, f := range r.kernels {
			for live := f.live; live < len(kernels); live++ {
				kernels[live] = family + "/" + f.kernel
			}
		}
		break
	}
	return kernels
}

// TestTheKernelForThisProcessor fails if another kernel is chosen than the one
// that belongs to what the system says of this processor. The other tests run
// what is chosen.
func TestTheKernelForThisProcessor(t *testing.T) {
	found := features(t)
	t.Logf("%s, features %q", runtime.GOARCH, found)
	for _, c := range cases {
		family, _, _ := strings.Cut(c.Kernels[0].Name, "/")
		want := should(family, found)
		for live := 1; live < len(want); live++ {
			if got := c.Choose(lanes.All, live).Name; got != want[live] {
				t.Errorf("%s, %d messages: %s, should be %s", c.Name, live, got, want[live])
			}
		}
	}
}

func TestFeaturesAreThoseOfTheSystem(t *testing.T) {
	found := features(t)
	for name, has := range map[string]bool{
		"avx2": cpu.Has.AVX2, "avx512": cpu.Has.AVX512, "sha_ni": cpu.Has.SHANI, "amd": cpu.Has.TwoSHA,
		"asimd": cpu.Has.NEON, "sha1": cpu.Has.ARMSHA1, "sha2": cpu.Has.ARMSHA2, "sha512": cpu.Has.ARMSHA5,
	} {
		if slices.Contains(found, name) != has {
			t.Errorf("%s: %t, the system says otherwise", name, has)
		}
	}
}

// TestEveryKernelHasItsUse switches off all kernels but one and what hashes a
// lone message. If the one is never chosen, nobody would miss it.
func TestEveryKernelHasItsUse(t *testing.T) {
	for _, c := range cases {
		for _, kernel := range c.Kernels {
			on := func(k *lanes.Kernel) bool { return k == kernel || k.Lanes == 1 && kernel.Lanes > 1 }
			if !kernel.Usable(on) {
				continue
			}
			ran := make(map[*lanes.Kernel]bool)
			watched := *c.Algorithm
			watched.Choose = func(on lanes.On, live int) *lanes.Kernel {
				chosen := c.Choose(on, live)
				ran[chosen] = true
				return chosen
			}
			set := lanes.New(&watched, on)
			var messages []*message
			for n := range 2*kernel.Lanes + 1 {
				messages = append(messages, c.message(t, random(byte(n), 300*n)))
			}
			hashAll(t, set, messages)
			set.Close()
			if !ran[kernel] {
				t.Errorf("%s is never chosen for %s", kernel.Name, c.Name)
			}
		}
	}
}

// TestWhatIsOffIsNotRun switches off one kernel at a time, and no other.
func TestWhatIsOffIsNotRun(t *testing.T) {
	for _, c := range cases {
		for _, kernel := range c.Kernels[:len(c.Kernels)-1] {
			for live := 1; live <= 32; live++ {
				chosen := c.Choose(func(k *lanes.Kernel) bool { return k != kernel }, live)
				if all := c.Choose(lanes.All, live); chosen == kernel || all != kernel && chosen != all {
					t.Errorf("%s, %d messages without %s: %s", c.Name, live, kernel.Name, chosen.Name)
				}
			}
		}
	}
}

// TestTheStandardLibraryHasItsForm: if it saves its state in another form than the
// one that we know, its kernels are left out, and lone messages are slow.
func TestTheStandardLibraryHasItsForm(t *testing.T) {
	standard := 0
	for _, c := range cases {
		for _, kernel := range c.Kernels {
			if strings.HasSuffix(kernel.Name, "/standard") {
				standard++
				if !kernel.Has {
					t.Errorf("%s does not work with %s", kernel.Name, runtime.Version())
				}
			}
		}
	}
	if standard != 7 {
		t.Errorf("%d algorithms of the standard library", standard)
	}
}

// TestAnyway runs the kernel that KERNEL_ANYWAY names, whether this processor has
// what it needs or not. tools/kernel_check.py sees by it that the emulated one
// minds, so that a run without harm says something.
func TestAnyway(t *testing.T) {
	name, set := os.LookupEnv("KERNEL_ANYWAY")
	if !set {
		t.Skip("only where it is asked for: it may end the process")
	}
	for _, c := range cases {
		for _, kernel := range c.Kernels {
			if kernel.Name == name && kernel.Built {
				anyway := *kernel
				anyway.Has = true
				set := lanes.New(forced(c.Algorithm, &anyway), lanes.All)
				defer set.Close()
				hashAll(t, set, []*message{c.message(t, random(16, 1000))})
				return
			}
		}
	}
	t.Fatalf("there is no kernel %s", name)
}
