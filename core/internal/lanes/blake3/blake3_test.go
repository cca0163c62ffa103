package blake3

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"checksig/internal/lanes"
)

// known are digests of n bytes that count from 0 to 250 and begin again, by the
// package blake3 of Python: blake3(bytes(i % 251 for i in range(n))).hexdigest().
var known = map[int]string{
	0:       "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
	1:       "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
	2:       "7b7015bb92cf0b318037702a6cdd81dee41224f734684c2c122cd6359cb1ee63",
	63:      "e9bc37a594daad83be9470df7f7b3798297c3d834ce80ba85d6e207627b7db7b",
	64:      "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98",
	65:      "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee",
	127:     "d81293fda863f008c09e92fc382a81f5a0b4a1251cba1634016a0f86a6bd640d",
	128:     "f17e570564b26578c33bb7f44643f539624b05df1a76c81f30acd548c44b45ef",
	1023:    "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11",
	1024:    "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
	1025:    "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
	2047:    "58830fbf51a4423c573b164471690570e544cfe793bead46225664796b4b1467",
	2048:    "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a",
	2049:    "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030",
	3072:    "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2",
	3073:    "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3",
	4096:    "015094013f57a5277b59d8475c0501042c0b642e531b0a1c8f58d2163229e969",
	4097:    "9b4052b38f1c5fc8b1f9ff7ac7b27cd242487b3d890d15c96a1c25b8aa0fb995",
	5120:    "9cadc15fed8b5d854562b26a9536d9707cadeda9b143978f319ab34230535833",
	6144:    "3e2e5b74e048f3add6d21faab3f83aa44d3b2278afb83b80b3c35164ebeca205",
	8192:    "aae792484c8efe4f19e2ca7d371d8c467ffb10748d8a5a1ae579948f718a2a63",
	16384:   "f875d6646de28985646f34ee13be9a576fd515f76b5b0a26bb324735041ddde4",
	16385:   "1dabe216be2578830263b049de1639f39f05a4da616b9b78c7a5e4e41662fd1f",
	31744:   "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47",
	102400:  "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085",
	131072:  "306baba93b1a393cbd35172837c98b0f59a41f64e1b2682ae102d8b2534b9e1c",
	1048576: "74cb441fd087764ca9c3694da742ebe30cbeb3060a17009ca81825c7a8d10343",
	1048577: "2f053cd7472cf0cd2f9adaf45c1180255b91b9a865404a63671a0ee5f792ed33",
	3000000: "4713babaefbc2271db70eee8ec588829c0e5aa250951e9a401d11db249256fa8",
}

// counted returns the message of a known digest.
func counted(n int) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(i % 251)
	}
	return data
}

// message is a message for the tests, in pieces of at most take bytes.
type message struct {
	data []byte
	take int
	want []byte
	got  []byte
	err  error
}

func (m *message) Piece(buffer []byte) (piece []byte, last bool, err error) {
	n := copy(buffer[:min(len(buffer), m.take)], m.data)
	m.data = m.data[n:]
	return buffer[:n], len(m.data) == 0, nil
}

func (m *message) Done(sum []byte, err error) {
	m.got, m.err = bytes.Clone(sum), err
}

// part is part of a message.
type part struct {
	message
	start int64
}

func (p *part) Start() int64 { return p.start }

// hashAll hashes messages side by side and compares.
func hashAll(t *testing.T, on lanes.On, messages []*message) {
	t.Helper()
	s := Algorithm.NewSet(on)
	defer s.Close()
	for _, m := range messages {
		for s.Full() {
			s.Step()
		}
		s.Start(m)
	}
	for s.Live() > 0 {
		s.Step()
	}
	for i, m := range messages {
		if m.err != nil || !bytes.Equal(m.got, m.want) {
			t.Errorf("message %d: %x, want %x, error %v", i, m.got, m.want, m.err)
		}
	}
}

// eachKernel runs a test with all kernels, and with each as the only one there
// is besides the portable one.
func eachKernel(t *testing.T, test func(t *testing.T, on lanes.On)) {
	t.Run("all", func(t *testing.T) { test(t, lanes.All) })
	for _, kernel := range Algorithm.List() {
		t.Run(kernel.Name, func(t *testing.T) {
			if why := kernel.Why(lanes.All); why != "" {
				t.Skipf("%s is %s", kernel.Name, why)
			}
			test(t, func(k *lanes.Kernel) bool { return k == kernel || k == portable })
		})
	}
}

func TestKnownDigests(t *testing.T) {
	eachKernel(t, func(t *testing.T, on lanes.On) {
		for _, take := range []int{chunk, 3 * chunk, 1 << 20} {
			var messages []*message
			for n, digest := range known {
				want, _ := hex.DecodeString(digest)
				messages = append(messages, &message{data: counted(n), take: take, want: want})
			}
			hashAll(t, on, messages)
		}
	})
}

// TestEveryLength takes the portable hash for its measure, which TestTheStream
// holds against known digests.
func TestEveryLength(t *testing.T) {
	eachKernel(t, func(t *testing.T, on lanes.On) {
		var messages []*message
		random := rand.New(rand.NewPCG(1, 2))
		for n := range 40 * chunk {
			if n > 2*chunk && n%chunk > 1 && n%chunk != 500 {
				continue
			}
			data := make([]byte, n)
			for i := range data {
				data[i] = byte(random.Uint32())
			}
			messages = append(messages, &message{data: data, take: chunk * (1 + n%40), want: stream(data)})
		}
		random.Shuffle(len(messages), func(i, j int) { messages[i], messages[j] = messages[j], messages[i] })
		hashAll(t, on, messages)
	})
}

func stream(data []byte) []byte {
	h := New()
	h.Write(data)
	return h.Sum(nil)
}

func TestPartsMakeTheWhole(t *testing.T) {
	for _, size := range []int{4 * chunk, 64 * chunk} {
		for _, n := range []int{4*chunk + 1, 64*chunk + 1, 102400, 1 << 20, 1<<20 + 1, 3000000} {
			data := counted(n)
			var values [][]byte
			s := Algorithm.NewSet(lanes.All)
			for at := 0; at < n; at += size {
				p := &part{message{data: data[at:min(at+size, n)], take: 1 << 20}, int64(at)}
				s.Start(p)
				for s.Live() > 0 {
					s.Step()
				}
				values = append(values, p.got)
			}
			s.Close()
			if len(values) > 1 && !bytes.Equal(family{}.Join(values), stream(data)) {
				t.Errorf("%d bytes in parts of %d", n, size)
			}
		}
	}
}
