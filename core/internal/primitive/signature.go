// Package primitive checks signatures and chains of certificates that are in memory. The
// arithmetic is that of Go's standard library; here stand the bounds: which schemes, which
// hashes, which spellings. It reads no file, and trusts no certificate of the system.
package primitive

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	_ "crypto/sha256" // by its number: see hashes
	_ "crypto/sha512" // as above
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"slices"
)

// A Signature is what is to be checked: whether a key made it over a message.
type Signature struct {
	// Scheme is "ed25519", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-pkcs1v15" or "rsa-pss".
	Scheme string
	// Hash is "sha256", "sha384" or "sha512", of the message; "" for Ed25519, which has its own.
	Hash string
	// Digest says that Message is the digest of what was signed, and not that itself.
	Digest bool
	// Salt is how long the salt of PSS has to be, in bytes; AnySalt if it may have any length. It
	// cannot be asked to be empty.
	Salt int
	// Public is the 32 bytes of a key of Ed25519; of others the SubjectPublicKeyInfo in DER.
	Public []byte
	// Value is the signature itself. That of ECDSA is in DER.
	Value   []byte
	Message []byte
}

// AnySalt is the length of a salt that may have any.
const AnySalt = -1

// ErrRequest is about a scheme or a hash that is not known, or that do not go together.
var ErrRequest = errors.New("there is no such scheme, or not with this hash")

// hashes are those that signatures may be over. SHA-1 is broken, and SHA-224 used by nobody.
var hashes = map[string]crypto.Hash{
	"sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512,
}

const (
	minModulus = 2048 // in bits
	// A key of this size takes some milliseconds to check with, and one of a megabyte minutes.
	maxModulus = 16384
)

// Right says whether a signature is right. A key that is damaged, or spelled in another way than
// the one, has made none.
func (s *Signature) Right() (bool, error) {
	if s.Scheme == "ed25519" {
		if s.Hash != "" || s.Digest {
			return false, ErrRequest
		}
		return len(s.Public) == ed25519.PublicKeySize && ed25519.Verify(s.Public, s.Message, s.Value), nil
	}
	hash, known := hashes[s.Hash]
	// To crypto/rsa a length of 0 says any.
	if !known || !ofKeys(s.Scheme) || s.Salt < AnySalt || s.Salt == 0 {
		return false, ErrRequest
	}
	digest := s.Message
	if !s.Digest {
		h := hash.New()
		h.Write(s.Message)
		digest = h.Sum(nil)
	}
	if len(digest) != hash.Size() {
		return false, ErrRequest
	}
	key, err := parseKey(s.Public)
	if err != nil {
		return false, nil
	}
	switch public := key.public.(type) {
	case *ecdsa.PublicKey:
		return key.Kind == s.Scheme && ecdsa.VerifyASN1(public, digest, s.Value), nil
	case *rsa.PublicKey:
		return s.ofRSA(public, hash, digest), nil
	}
	return false, nil
}

// ofKeys says whether there is such a scheme, besides Ed25519.
func ofKeys(scheme string) bool {
	switch scheme {
	case "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-pkcs1v15", "rsa-pss":
		return true
	}
	return false
}

func (s *Signature) ofRSA(public *rsa.PublicKey, hash crypto.Hash, digest []byte) bool {
	if len(s.Value) != public.Size() {
		return false
	}
	switch s.Scheme {
	case "rsa-pkcs1v15":
		return rsa.VerifyPKCS1v15(public, hash, digest, s.Value) == nil
	case "rsa-pss":
		options := &rsa.PSSOptions{SaltLength: s.Salt, Hash: hash}
		if s.Salt == AnySalt {
			options.SaltLength = rsa.PSSSaltLengthAuto
		}
		return rsa.VerifyPSS(public, hash, digest, s.Value, options) == nil
	}
	return false
}

// A Key is a public key, as it is described.
type Key struct {
	// Kind is "ed25519", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521" or "rsa".
	Kind string `json:"kind"`
	// Bits is the size of the modulus of RSA; 0 of others.
	Bits   int `json:"bits"`
	public any
}

// What is wrong with a key.
var (
	errKey     = errors.New("the public key is damaged, or not known")
	errSpelled = errors.New("the public key is spelled in an unusual way")
	errModulus = errors.New("RSA has to have 2,048 to 16,384 bits")
	errPublic  = errors.New("the exponent of RSA has to be odd, and from 3 to 2,147,483,647")
)

// parseKey returns the key in a SubjectPublicKeyInfo. It has one spelling: two could stand for
// one key, and ids that people compare are over the spelling.
func parseKey(der []byte) (*Key, error) {
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, unparsed(der)
	}
	key, err := describeKey(public)
	if err != nil {
		return nil, err
	}
	if again, err := x509.MarshalPKIXPublicKey(public); err != nil || !bytes.Equal(again, der) {
		return nil, errSpelled
	}
	return key, nil
}

// unparsed returns why crypto/x509 does not read a key: a point has several spellings, of which it
// knows one, and there are more curves.
func unparsed(der []byte) error {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	rest, err := asn1.Unmarshal(der, &info)
	if err != nil || len(rest) > 0 || !info.Algorithm.Algorithm.Equal(oidElliptic) || len(info.Key.Bytes) == 0 {
		return errKey
	}
	if first := info.Key.Bytes[0]; first == 2 || first == 3 {
		return errSpelled
	}
	var curve asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(info.Algorithm.Parameters.FullBytes, &curve); err == nil && !slices.ContainsFunc(oidCurves, curve.Equal) {
		return errCurve
	}
	return errKey
}

var (
	oidElliptic = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidCurves   = []asn1.ObjectIdentifier{{1, 2, 840, 10045, 3, 1, 7}, {1, 3, 132, 0, 34}, {1, 3, 132, 0, 35}}
)

// describeKey holds a key to the bounds.
func describeKey(public any) (*Key, error) {
	switch key := public.(type) {
	case ed25519.PublicKey:
		return &Key{Kind: "ed25519", public: key}, nil
	case *ecdsa.PublicKey:
		for name, curve := range curves {
			if key.Curve == curve {
				return &Key{Kind: name, public: key}, nil
			}
		}
	case *rsa.PublicKey:
		bits := key.N.BitLen()
		if bits < minModulus || bits > maxModulus {
			return nil, errModulus
		}
		// The upper bound is that of crypto/rsa, which refuses the rest without saying why.
		if key.E < 3 || key.E%2 == 0 || key.E > 1<<31-1 || key.N.Bit(0) == 0 {
			return nil, errPublic
		}
		return &Key{Kind: "rsa", Bits: bits, public: key}, nil
	}
	return nil, errCurve
}
