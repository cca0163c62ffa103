package main

import (
	"bytes"
	"encoding/binary"
	"hash"
	"testing"

	"checksig/internal/lanes"
)

// tableOf packs a table of checksig_update_each.
func tableOf(numbers ...uint64) (table []byte) {
	for _, number := range numbers {
		table = binary.LittleEndian.AppendUint64(table, number)
	}
	return table
}

// residentHasher makes a hasher, and its handle.
func residentHasher(t testing.TB, header string) (*hasher, uint64) {
	h := newHasher([]byte(header))
	handle := residents.add(h)
	t.Cleanup(func() { residents.remove(handle) })
	return h, uint64(handle)
}

func TestPiecesMustLieInTheData(t *testing.T) {
	_, a := residentHasher(t, md5Header)
	_, b := residentHasher(t, md5Header)
	data := []byte("abcdef")
	for _, numbers := range [][]uint64{
		{a, 0, 7}, {a, 6, 1}, {a, 7, 0}, {a, 1 << 63, 0}, {a, 6, 1<<64 - 6}, {a, 1<<64 - 1, 2}, {a, 0, 1, b, 5, 2}, {a, 0}, {a},
		{a, 0, 1, a, 1, 1}, {a, 0, 1, b, 1, 1, a, 0, 0},
	} {
		if newBatch(tableOf(numbers...), data) != nil {
			t.Errorf("%d was taken", numbers)
		}
	}
	if none := newBatch(nil, nil); none == nil || !none.update() {
		t.Errorf("no pieces: %+v", none)
	}
	if other := newBatch(tableOf(a, 0, 1, 7, 0, 1), data); other == nil || !other.unknown {
		t.Errorf("a handle of nothing: %+v", other)
	}
}

// TestAStreamThatIsBrokenIsNotHashedOn has another one whose hash gives up in the middle.
func TestAStreamThatIsBrokenIsNotHashedOn(t *testing.T) {
	good, a := residentHasher(t, md5Header)
	bad, b := residentHasher(t, `{"algorithms": ["md5", "sha1"], "fault": true}`)
	third, c := residentHasher(t, md5Header)
	update := func(numbers ...uint64) (whole, panicked bool) {
		defer func() { panicked = recover() != nil }()
		return newBatch(tableOf(numbers...), []byte("abc")).update(), false
	}
	if _, panicked := update(a, 0, 3, b, 0, 3); !panicked {
		t.Fatal("no panic")
	}
	if good.sum() != nil || bad.sum() != nil {
		t.Error("they have digests")
	}
	if whole, panicked := update(a, 0, 3, c, 0, 3); whole || panicked {
		t.Error("it was hashed on")
	}
	if empty := newHasher([]byte(md5Header)); !bytes.Equal(third.sum(), empty.sum()) {
		t.Error("another stream has something of it")
	}
}

// TestAKernelIsOffIfItIsForOneOfTheStreams also writes them with what is left.
func TestAKernelIsOffIfItIsForOneOfTheStreams(t *testing.T) {
	_, a := residentHasher(t, `{"algorithms": ["sha256"], "disable": "sha256/avx512"}`)
	_, b := residentHasher(t, `{"algorithms": ["sha256"], "disable": "sha256/shani*"}`)
	batch := newBatch(tableOf(a, 0, 0, b, 0, 0), nil)
	for name, want := range map[string]bool{
		"sha256/avx512": false, "sha256/shani2": false, "sha256/avx2": true, "sha256/portable": true,
	} {
		if batch.on(&lanes.Kernel{Name: name}) != want {
			t.Errorf("%s: not %t", name, want)
		}
	}
}

func FuzzPieces(f *testing.F) {
	const n = 1 << 14
	memory := lanes.NewMemory(1, n)
	f.Cleanup(memory.Free)
	for i := range memory.Buffer(0) {
		memory.Buffer(0)[i] = byte(i * 7)
	}
	f.Add(uint16(3), uint16(5000), uint16(64), uint16(1), uint16(9000))
	f.Add(uint16(128), uint16(128), uint16(0), uint16(1025), uint16(129))
	f.Fuzz(func(t *testing.T, x, y, z, u, v uint16) {
		header := `{"algorithms": ["sha256", "md5", "sha512", "blake2b", "blake3", "crc32"]}`
		data := memory.Buffer(0)
		var hashers []*hasher
		var alone [][]hash.Hash
		var handles []uint64
		for range 3 {
			h, handle := residentHasher(t, header)
			hashers, handles = append(hashers, h), append(handles, handle)
			alone = append(alone, newHasher([]byte(header)).hashes)
		}
		lengths := []uint64{uint64(x) % n, uint64(y) % n, uint64(z) % n, uint64(u) % n, uint64(v) % n}
		for round := range 5 {
			var numbers []uint64
			for i, handle := range handles {
				length := lengths[(round+i)%5]
				numbers = append(numbers, handle, n-length, length)
				for _, each := range alone[i] {
					each.Write(data[n-length:])
				}
			}
			if !newBatch(tableOf(numbers...), data).update() {
				t.Fatal("not hashed")
			}
		}
		for i, h := range hashers {
			var want []byte
			for _, each := range alone[i] {
				want = each.Sum(want)
			}
			if !bytes.Equal(h.sum(), want) {
				t.Errorf("stream %d of %d", i, lengths)
			}
		}
	})
}
