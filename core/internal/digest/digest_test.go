package digest

import (
	"encoding/hex"
	"strings"
	"testing"
)

// Digests of the three bytes "abc". Sources: RFC 1321 A.5, FIPS 180-4 and FIPS
// 202 example values (NIST CSRC), RFC 7693 appendix A, the blake3 package of Python, zlib's
// crc32("abc"), GB/T 32905-2016 appendix A.1, cksum and sum -r and -s of the coreutils 9.1, RFC 1320
// A.5 and SHA-256 for ed2k and bittorrent-v2 of less than a chunk, and tests/checksums.py.
var abc = map[string]string{
	"md5":           "900150983cd24fb0d6963f7d28e17f72",
	"sha1":          "a9993e364706816aba3e25717850c26c9cd0d89d",
	"sha224":        "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
	"sha256":        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	"sha384":        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
	"sha512":        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	"sha512-256":    "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
	"sha3-224":      "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf",
	"sha3-256":      "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
	"sha3-384":      "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25",
	"sha3-512":      "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
	"blake2b":       "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
	"blake3":        "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
	"crc32":         "352441c2",
	"sm3":           "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
	"crc":           "48aa78a2",
	"crc32c":        "364b3fb7",
	"bsd":           "40ac",
	"sysv":          "0126",
	"crc64nvme":     "05e5cabb3fc1faeb",
	"sha512-224":    "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa",
	"shake128":      "5881092dd818bf5cf8a3ddb793fbcba74097d5c526a6d35f97b83351940f2cc8",
	"shake256":      "483366601360a8771c6863080cc4114d8db44530f8f1e1ee4f94ea37e78b5739d5a15bef186a5386c75744c0527e1faa9f8726e462a12a4feb06bd8801e751e4",
	"blake2s":       "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982",
	"adler32":       "024d0127",
	"xxh32":         "32d153ff",
	"xxh64":         "44bc2cf5ad770999",
	"xxh3":          "78af5f94892f3950",
	"xxh128":        "06b05ab6733a618578af5f94892f3950",
	"blocks-1024":   "0000000000000001",
	"blocks-512":    "0000000000000001",
	"ed2k":          "a448017aaf21d8525fc10ae87aa6729d",
	"bittorrent-v2": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	"ripemd160":     "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
	"whirlpool":     "4e2448a4c6f486bb16b6562c73b4020bf3043e3a731bce721ae1b303d97e6d4c7181eebdb6c57e277d0e34957114cbd6c797fc9d95d8b582d225292076d4eef5",
	"tiger":         "2aab1484e8c158f2bfb8c5ff41b57a525129131c957b5f93",
}

func TestEveryRowKeepsTheContract(t *testing.T) {
	if len(Names()) != len(abc) || len(table) != len(abc)+48 {
		t.Fatalf("%d rows, %d expected digests", len(table), len(abc))
	}
	for _, a := range table {
		if a.Of != "" {
			continue
		}
		t.Run(a.Name, func(t *testing.T) {
			h := a.New()
			h.Write([]byte("abc"))
			sum := h.Sum(nil)
			if got := hex.EncodeToString(sum); got != abc[a.Name] {
				t.Errorf("abc hashes to %s", got)
			}
			if len(sum) != a.Size {
				t.Errorf("%d bytes, said to be %d", len(sum), a.Size)
			}
			if a.Title == "" || a.Tag == "" || a.Strength == "" || a.Name != strings.ToLower(a.Name) {
				t.Errorf("incomplete: %+v", a)
			}
		})
	}
}

func TestEveryNameFindsItsOwnRow(t *testing.T) {
	for _, a := range table {
		for _, name := range append([]string{a.Name, a.Title, a.Tag, strings.ToUpper(a.Name)}, a.Aliases...) {
			if found := Lookup(name); found != a {
				t.Errorf("%q finds %v, not %s", name, found, a.Name)
			}
		}
	}
	if Lookup("") != nil || Lookup("sha5-12") != nil {
		t.Error("a name that is none was found")
	}
}

func TestALengthAloneMeansTheCommonAlgorithm(t *testing.T) {
	for size, want := range map[int]string{4: "crc32", 16: "md5", 20: "sha1", 28: "sha224", 32: "sha256", 48: "sha384", 64: "sha512"} {
		if a := BySize(size); a == nil || a.Name != want {
			t.Errorf("%d bytes mean %v, not %s", size, a, want)
		}
	}
	if BySize(0) != nil || BySize(2) != nil || BySize(24) != nil {
		t.Error("a length that no algorithm has means one")
	}
}

// What is written out in this package has a buffer of its own, or a carry from one
// Write to the next.
func TestPiecesDoNotMatter(t *testing.T) {
	data := make([]byte, 3*4096+77)
	for i := range data {
		data[i] = byte(i * 131 >> 3)
	}
	for _, name := range []string{
		"sm3", "crc", "bsd", "sysv", "crc32c", "shake128", "blake2s", "xxh32", "xxh64", "xxh3", "xxh128",
		"ed2k", "bittorrent-v2", "ripemd160", "whirlpool", "tiger",
	} {
		whole := Lookup(name).New()
		whole.Write(data)
		want := hex.EncodeToString(whole.Sum(nil))
		for _, size := range []int{1, 7, 63, 64, 65, 4095, 4096, 4097} {
			h := Lookup(name).New()
			for left := data; len(left) > 0; left = left[min(size, len(left)):] {
				h.Write(left[:min(size, len(left))])
				h.Sum(nil)
			}
			if got := hex.EncodeToString(h.Sum(nil)); got != want {
				t.Errorf("%s in pieces of %d: %s, not %s", name, size, got, want)
			}
		}
	}
}
