package primitive

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"testing"
)

var message = []byte("a message")

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func spki(public any) []byte { return must(x509.MarshalPKIXPublicKey(public)) }

func curveKey(curve elliptic.Curve) *ecdsa.PrivateKey {
	return must(ecdsa.GenerateKey(curve, rand.Reader))
}

// modulus is a key that is made once: it takes a while.
var modulus = must(rsa.GenerateKey(rand.Reader, 2048))

// expect checks a signature, and a few that are almost it.
func expect(t *testing.T, s Signature) {
	t.Helper()
	if right, err := s.Right(); !right || err != nil {
		t.Fatalf("%s: right %t, %v", s.Scheme, right, err)
	}
	for at := range s.Value {
		changed := s
		changed.Value = append([]byte{}, s.Value...)
		changed.Value[at] ^= 1
		if right, _ := changed.Right(); right {
			t.Errorf("%s: byte %d of the signature may be another", s.Scheme, at)
		}
	}
	for name, value := range map[string][]byte{
		"longer": append(append([]byte{}, s.Value...), 0), "shorter": s.Value[:len(s.Value)-1], "empty": nil,
	} {
		changed := s
		changed.Value = value
		if right, _ := changed.Right(); right {
			t.Errorf("%s: the signature may be %s", s.Scheme, name)
		}
	}
	for at := range s.Public {
		changed := s
		changed.Public = append([]byte{}, s.Public...)
		changed.Public[at] ^= 1
		if right, _ := changed.Right(); right {
			t.Errorf("%s: byte %d of the key may be another", s.Scheme, at)
		}
	}
	changed := s
	changed.Message = append(append([]byte{}, s.Message...), 0)
	if right, _ := changed.Right(); right {
		t.Errorf("%s: the message may be longer", s.Scheme)
	}
}

func TestEd25519HoldsOverItsMessageAlone(t *testing.T) {
	public, secret := must2(ed25519.GenerateKey(rand.Reader))
	s := Signature{Scheme: "ed25519", Public: public, Value: ed25519.Sign(secret, message), Message: message, Salt: AnySalt}
	expect(t, s)
	for _, s := range []Signature{
		{Scheme: "ed25519", Hash: "sha512", Public: public, Value: s.Value, Message: message},
		{Scheme: "ed25519", Digest: true, Public: public, Value: s.Value, Message: message},
	} {
		if _, err := s.Right(); err != ErrRequest {
			t.Errorf("%+v: %v", s, err)
		}
	}
}

func must2[A, B any](a A, b B, err error) (A, B) { return a, must(b, err) }

func TestECDSAHoldsOnItsCurveWithEachHash(t *testing.T) {
	for name, curve := range curves {
		secret := curveKey(curve)
		sums := map[string][]byte{"sha256": sum256(message), "sha384": sum384(message), "sha512": sum512(message)}
		for hash, digest := range sums {
			value := must(ecdsa.SignASN1(rand.Reader, secret, digest))
			s := Signature{Scheme: name, Hash: hash, Public: spki(&secret.PublicKey), Value: value, Message: message, Salt: AnySalt}
			expect(t, s)
			s.Digest, s.Message = true, digest
			expectRight(t, s, true)
		}
	}
}

func sum256(m []byte) []byte { s := sha256.Sum256(m); return s[:] }
func sum384(m []byte) []byte { s := sha512.Sum384(m); return s[:] }
func sum512(m []byte) []byte { s := sha512.Sum512(m); return s[:] }

func expectRight(t *testing.T, s Signature, want bool) {
	t.Helper()
	if right, err := s.Right(); right != want || err != nil {
		t.Errorf("%s: right %t, %v", s.Scheme, right, err)
	}
}

func TestRSAHoldsInBothPaddings(t *testing.T) {
	digest := sum256(message)
	s := Signature{
		Scheme: "rsa-pkcs1v15", Hash: "sha256", Public: spki(&modulus.PublicKey), Message: message, Salt: AnySalt,
		Value: must(rsa.SignPKCS1v15(rand.Reader, modulus, crypto.SHA256, digest)),
	}
	expect(t, s)
	s.Scheme = "rsa-pss"
	expectRight(t, s, false)
	for _, salt := range []int{10, 32} {
		options := &rsa.PSSOptions{SaltLength: salt, Hash: crypto.SHA256}
		s.Value = must(rsa.SignPSS(rand.Reader, modulus, crypto.SHA256, digest, options))
		s.Salt = salt
		expect(t, s)
		s.Salt = salt + 1
		expectRight(t, s, false)
		s.Salt = AnySalt
		expectRight(t, s, true)
	}
	s.Scheme = "rsa-pkcs1v15"
	expectRight(t, s, false)
}

func TestAKeyOfAnotherKindHasMadeNone(t *testing.T) {
	secret := curveKey(elliptic.P256())
	value := must(ecdsa.SignASN1(rand.Reader, secret, sum256(message)))
	for _, scheme := range []string{"ecdsa-p384", "ecdsa-p521", "rsa-pkcs1v15", "rsa-pss", "ed25519"} {
		s := Signature{Scheme: scheme, Hash: "sha256", Public: spki(&secret.PublicKey), Value: value, Message: message, Salt: AnySalt}
		if scheme == "ed25519" {
			s.Hash = ""
		}
		expectRight(t, s, false)
	}
}

func TestWhatIsNotKnownIsAFaultOfTheRequest(t *testing.T) {
	public := spki(&modulus.PublicKey)
	digest := sha1.Sum(message)
	for name, s := range map[string]Signature{
		"no scheme": {Scheme: "", Hash: "sha256", Salt: AnySalt}, "dsa": {Scheme: "dsa", Hash: "sha256", Salt: AnySalt},
		"no hash": {Scheme: "rsa-pkcs1v15", Salt: AnySalt}, "SHA-1": {Scheme: "rsa-pkcs1v15", Hash: "sha1", Salt: AnySalt},
		"SHA-224": {Scheme: "ecdsa-p256", Hash: "sha224", Salt: AnySalt}, "a salt": {Scheme: "rsa-pss", Hash: "sha256", Salt: -2},
		"no salt": {Scheme: "rsa-pss", Hash: "sha256", Salt: 0},
		"a digest of another length": {
			Scheme: "rsa-pkcs1v15", Hash: "sha256", Digest: true, Public: public, Message: digest[:], Salt: AnySalt,
		},
	} {
		if right, err := s.Right(); right || err != ErrRequest {
			t.Errorf("%s: right %t, %v", name, right, err)
		}
	}
}

func TestKeysAreOfAKindAndASizeAndInOneSpelling(t *testing.T) {
	type algorithm struct{ ID, Curve asn1.ObjectIdentifier }
	type info struct {
		Algorithm algorithm
		Key       asn1.BitString
	}
	elsewhere := func(curve asn1.ObjectIdentifier, point []byte) []byte {
		return must(asn1.Marshal(info{algorithm{oidElliptic, curve}, asn1.BitString{Bytes: point, BitLength: 8 * len(point)}}))
	}
	full := must(somePoint.PublicKey.Bytes())
	point := append([]byte{2 | full[64]&1}, full[1:33]...)
	off := append([]byte{}, full...)
	off[len(off)-1] ^= 1
	of := func(n *big.Int, e int) []byte { return spki(&rsa.PublicKey{N: n, E: e}) }
	large := new(big.Int).SetBit(big.NewInt(1), 16384, 1)
	even := new(big.Int).SetBit(new(big.Int), 2047, 1)
	for name, test := range map[string]struct {
		der  []byte
		want error
	}{
		"nothing":             {nil, errKey},
		"more behind it":      {append(spki(&modulus.PublicKey), 0), errKey},
		"a compressed point":  {elsewhere(oidCurves[0], point), errSpelled},
		"not on the curve":    {elsewhere(oidCurves[0], off), errKey},
		"secp256k1":           {elsewhere(asn1.ObjectIdentifier{1, 3, 132, 0, 10}, full), errCurve},
		"P-224":               {spki(&curveKey(elliptic.P224()).PublicKey), errCurve},
		"2,047 bits":          {of(new(big.Int).Rsh(modulus.N, 1), 65537), errModulus},
		"16,385 bits":         {of(large, 65537), errModulus},
		"an even modulus":     {of(even, 65537), errPublic},
		"an exponent of one":  {of(modulus.N, 1), errPublic},
		"an even exponent":    {of(modulus.N, 65536), errPublic},
		"a long exponent":     {of(modulus.N, 1<<31+1), errPublic},
		"the largest of them": {of(modulus.N, 1<<31-1), nil},
		"the least of them":   {of(modulus.N, 3), nil},
		"P-256":               {elsewhere(oidCurves[0], full), nil},
	} {
		key, err := DescribeKey(test.der)
		if err != test.want || (err == nil) != (key != nil) {
			t.Errorf("%s: %v, not %v", name, err, test.want)
		}
	}
	public, _ := must2(ed25519.GenerateKey(rand.Reader))
	for kind, key := range map[string]any{"ed25519": public, "rsa": &modulus.PublicKey, "ecdsa-p521": &curveKey(elliptic.P521()).PublicKey} {
		if found := must(DescribeKey(spki(key))); found.Kind != kind || (found.Bits == 2048) != (kind == "rsa") {
			t.Errorf("%+v is not %s", found, kind)
		}
	}
}

var somePoint = curveKey(elliptic.P256())
