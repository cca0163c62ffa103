package blake3

import (
	"bytes"
	"encoding/hex"
	"testing"

	"checksig/internal/lanes"
)

// The key and the context of test_vectors.json of BLAKE3-team/BLAKE3.
const (
	vectorKey     = "whats the Elvish word for friend"
	vectorContext = "BLAKE3 2019-12-27 16:29:52 test vectors context"
)

// TestModesHaveTheirVectors has the first 32 of 131 bytes of the vectors, and the
// last 16.
func TestModesHaveTheirVectors(t *testing.T) {
	keyed, err := Keyed([]byte(vectorKey))
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range modeVectors {
		data := counted(n)
		for i, mode := range []Mode{Plain(), keyed, Derive(vectorContext)} {
			h := NewOutput(mode, 0, 131)
			for at := 0; at < n; at += 100 {
				h.Write(data[at:min(at+100, n)])
			}
			sum := h.Sum(nil)
			if got := hex.EncodeToString(append(sum[:32:32], sum[115:]...)); got != want[i] {
				t.Errorf("mode %d of %d bytes: %s, not %s", i, n, got, want[i])
			}
			for _, from := range []int{1, 63, 64, 65, 130, 131} {
				part := NewOutput(mode, uint64(from), 131-from)
				part.Write(data)
				if !bytes.Equal(part.Sum(nil), sum[from:]) {
					t.Errorf("mode %d of %d bytes has another output from byte %d on", i, n, from)
				}
			}
		}
	}
}

func TestPlainModeIsTheAlgorithm(t *testing.T) {
	for n := range known {
		h, other := NewOutput(Plain(), 0, Size), Algorithm.NewHash(lanes.None)
		for _, each := range []interface{ Write([]byte) (int, error) }{h, other} {
			each.Write(counted(n))
		}
		if !bytes.Equal(h.Sum(nil), other.Sum(nil)) {
			t.Errorf("%d bytes", n)
		}
	}
}

func TestAnOutputGoesOnAndBeginsAgain(t *testing.T) {
	h := NewOutput(Derive("a context"), 7, 9)
	h.Write(counted(2000))
	first := h.Sum(nil)
	h.Write(counted(5000))
	if bytes.Equal(h.Sum(nil), first) || !bytes.Equal(h.Sum(nil), h.Sum(nil)) {
		t.Error("a sum changes what comes, or nothing does")
	}
	h.Reset()
	h.Write(counted(2000))
	if !bytes.Equal(h.Sum(nil), first) || h.Size() != 9 || h.BlockSize() != 64 {
		t.Error("a reset hash is not as it was")
	}
}

func TestAKeyHas32Bytes(t *testing.T) {
	for _, n := range []int{0, 31, 33} {
		if _, err := Keyed(make([]byte, n)); err == nil {
			t.Errorf("a key of %d bytes was taken", n)
		}
	}
}

// modeVectors are those of test_vectors.json, by the length of the message: of the
// hash, of the hash with the key, and of the key that is derived.
var modeVectors = map[int][3]string{
	0: {
		"af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f326282314e763699a31c5363165421cce14d",
		"92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d262ac4aa692a9210694254c371e851bc8f",
		"2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7db273e56547dfd3aa1a035ba6689d89a0",
	},
	1: {
		"2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e2139a613eba131e5f1351f3f1da786545e5",
		"6d7878dfff2f485635d39013278ae14f1454b8c0a3a2d34bc1ab38228a80c95b2218078b2f3ba9a88e1d08d0dd4cea11",
		"b3e2e340a117a499c6cf2398a19ee0d29cca2bb7404c73063382693bf66cb06c39c2ef8c4aafebc9ae973a64f0c76551",
	},
	64: {
		"4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98294acd660666c4538833582b43f82d74",
		"ba8ced36f327700d213f120b1a207a3b8c04330528586f414d09f2f7d9ccb7e673d1312319afcf3ed39d72d0bfc69acb",
		"a5c4a7053fa86b64746d4bb688d06ad1f02a18fce9afd3e818fefaa7126bf73ec37ef686fbbcab97e8ff66718be048bb",
	},
	65: {
		"de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee456a3f10079072baaf7a981653221f2c",
		"c0a4edefa2d2accb9277c371ac12fcdbb52988a86edc54f0716e1591b4326e7223374449ca788fb0f9bea92731bc26ad",
		"51fd05c3c1cfbc8ed67d139ad76f5cf8236cd2acd26627a30c104dfd9d3ff8a82763f1f94977435d10dccae3e3dce88d",
	},
	1023: {
		"10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11c370a0cc09b6522d9c8d822f2f28f485",
		"c951ecdf03288d0fcc96ee3413563d8a6d3589547f2c2fb36d9786470f1b9d6e83d9e8efac5b37470da28575fd755a10",
		"74a16c1c3d44368a86e1ca6df64be6a2f64cce8f09220787450722d85725dea56694b924b858f329c44ee64b884ef00d",
	},
	1024: {
		"42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7ed57db5c5ca170ba441427ed9afa684e",
		"75c46f6f3d9eb4f55ecaaee480db732e6c2105546f1e675003687c31719c7ba4ac4d8824d09d1a4a8f57b8227778e2de",
		"7356cd7720d5b66b6d0697eb3177d9f8d73a4a5c5e968896eb6a689684302706c199efdec67e80a227251808d8ce5bad",
	},
	1025: {
		"d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b844400062d9595adb992ae68ff12800ab67a",
		"357dc55de0c7e382c900fd6e320acc04146be01db6a8ce7210b7189bd664ea69a772cf82636cff4542540a7738d5b930",
		"effaa245f065fbf82ac186839a249707c3bddf6d3fdda22d1b95a3c970379bcb47a6f911c8217cca46defa2751e7f3ad",
	},
	2048: {
		"e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24ad5e90c14f53a8863ac75655461cea8f9",
		"879cf1fa2ea0e79126cb1063617a05b6ad9d0b696d0d757cf053439f60a99dd11018af31c3b43aa55201ed4edaac74fe",
		"7b2945cb4fef70885cc5d78a87bf6f6207dd901ff239201351ffac04e1088a23f2d4bd9d17524c720107f985f4ddc583",
	},
	3073: {
		"7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd32af5a76c3e9eed554ed72ea952b603bf",
		"68dede9bef00ba89e43f31a6825f4cf433389fedae75c04ee9f0cf16a427c95af62b82903c696a93a50b702c80f3c3c5",
		"72613c9ec9ff7e40f8f5c173784c532ad852e827dba2bf85b2ab4b76f7079081bc19e11fe57b6ee98aa44b2a8e6b14a5",
	},
	8192: {
		"aae792484c8efe4f19e2ca7d371d8c467ffb10748d8a5a1ae579948f718a2a63f711ed583cb7b7a7da2839ba71309bbf",
		"dc9637c8845a770b4cbf76b8daec0eebf7dc2eac11498517f08d44c8fc00d58a4dea8fb6f08c04f8f10c78292aa46102",
		"ad01d7ae4ad059b0d33baa3c01319dcf8088094d0359e5fd45d6aeaa8b2d0c3d5024a0788cf5874616407757e9e6bef7",
	},
	31744: {
		"62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47d09748728a5cc327a8ec470f4013226f",
		"efa53b389ab67c593dba624d898d0f7353ab99e4ac9d42302ee64cbf9939a419016a4e728d4c06cee4505cb0c08a42ec",
		"39772aef80e0ebe60596361e45b061e8f417429d529171b6764468c22928e28ea9fde9d5c274185f7bae8ba85d300a2b",
	},
	102400: {
		"bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085764d65de58eb7d01dd42248204f45f8e",
		"1c35d1a5811083fd7119f5d5d1ba027b4d01c0c6c49fb6ff2cf75393ea5db4a737be9693fc638a3bfdbe314574ee6fc4",
		"4652cff7a3f385a6103b5c260fc1593e13c778dbe608efb092fe7ee69df6e9c651ed1a7e90a7926924d2763778be8560",
	},
}
