package primitive

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"slices"
)

// A Certificate is a certificate of X.509, as it is described.
type Certificate struct {
	Subject string `json:"subject"` // by RFC 4514, as Python's cryptography spells it
	Issuer  string `json:"issuer"`
	// Own says that it names itself as its issuer, by its name and, if it has that, by the id of the
	// key; and Holds that it is signed by its own key then.
	Own       bool   `json:"own"`
	Holds     bool   `json:"holds"`
	Serial    string `json:"serial"` // in decimal
	Names     []Name `json:"names"`  // alternative ones of the subject, in their order
	Public    []byte `json:"public"` // the SubjectPublicKeyInfo in DER
	Key       *Key   `json:"key"`    // nil if it is of a kind, or in a spelling, that is not known
	After     int64  `json:"after"`  // from which second on it is valid, since 1970
	Before    int64  `json:"before"` // the last second
	Authority bool   `json:"authority"`
	Algorithm string `json:"algorithm"` // of the signature of who issued it
	// Purposes are the object identifiers of its extended key usages; of "any" as well.
	Purposes []string `json:"purposes"`
	// Uses are names of bits of its key usage, as RFC 5280 has them; nil without that extension.
	Uses []string `json:"uses"`
	// Critical are the object identifiers of extensions that must not be passed over, and that
	// nobody here knows.
	Critical []string `json:"critical"`
}

// Names of the curves, as schemes have them.
var curves = map[string]elliptic.Curve{
	"ecdsa-p256": elliptic.P256(), "ecdsa-p384": elliptic.P384(), "ecdsa-p521": elliptic.P521(),
}

var (
	errCurve       = errors.New("the key is not on the curve P-256, P-384 or P-521, and is neither RSA nor Ed25519")
	errCertificate = errors.New("a certificate is damaged, or not known")
)

// uses are the names of the bits of a key usage, in their order.
var uses = []string{
	"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
	"keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
}

// DescribeKey returns what a SubjectPublicKeyInfo is.
func DescribeKey(der []byte) (*Key, error) { return parseKey(der) }

// DescribeCertificate returns what a certificate says. Nobody has vouched for that.
func DescribeCertificate(der []byte) (*Certificate, error) {
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, errCertificate
	}
	found := &Certificate{
		Serial: parsed.SerialNumber.String(), Public: parsed.RawSubjectPublicKeyInfo,
		After: parsed.NotBefore.Unix(), Before: parsed.NotAfter.Unix(),
		Authority: parsed.BasicConstraintsValid && parsed.IsCA,
		Algorithm: parsed.SignatureAlgorithm.String(),
		Purposes:  purposes(parsed), Uses: keyUses(parsed),
		Critical: identifiers(parsed.UnhandledCriticalExtensions),
	}
	if found.Names, err = alternatives(parsed); err != nil {
		return nil, errCertificate
	}
	if found.Subject, err = distinguished(parsed.RawSubject); err != nil {
		return nil, errCertificate
	}
	if found.Issuer, err = distinguished(parsed.RawIssuer); err != nil {
		return nil, errCertificate
	}
	found.Key, _ = parseKey(parsed.RawSubjectPublicKeyInfo)
	found.Own = bytes.Equal(parsed.RawSubject, parsed.RawIssuer) &&
		(len(parsed.AuthorityKeyId) == 0 || bytes.Equal(parsed.AuthorityKeyId, parsed.SubjectKeyId))
	found.Holds = found.Own && found.Key != nil && signedItself(parsed)
	return found, nil
}

// signedItself says whether the signature of a certificate is by its own key. Roots are trusted for
// what they are: so SHA-1, in which many sign themselves, tells at least what was damaged.
func signedItself(c *x509.Certificate) bool {
	sum := sha1.Sum(c.RawTBSCertificate)
	switch public := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if c.SignatureAlgorithm == x509.SHA1WithRSA {
			return rsa.VerifyPKCS1v15(public, crypto.SHA1, sum[:], c.Signature) == nil
		}
	case *ecdsa.PublicKey:
		if c.SignatureAlgorithm == x509.ECDSAWithSHA1 {
			return ecdsa.VerifyASN1(public, sum[:], c.Signature)
		}
	}
	return c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

func identifiers(list []asn1.ObjectIdentifier) []string {
	found := []string{}
	for _, each := range list {
		found = append(found, each.String())
	}
	return found
}

// purposes returns the object identifiers of the extended key usages.
func purposes(c *x509.Certificate) []string {
	var list []asn1.ObjectIdentifier
	// It was parsed before, by the same rules.
	_, _ = asn1.Unmarshal(extension(c, oidPurposes), &list)
	return identifiers(list)
}

var (
	oidPurposes    = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidUses        = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidNames       = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidConstraints = asn1.ObjectIdentifier{2, 5, 29, 30}
)

// extension returns the value of an extension; nil if there is none. None is there twice:
// crypto/x509 refuses that.
func extension(c *x509.Certificate, id asn1.ObjectIdentifier) []byte {
	for _, each := range c.Extensions {
		if each.Id.Equal(id) {
			return each.Value
		}
	}
	return nil
}

func has(c *x509.Certificate, id asn1.ObjectIdentifier) bool { return extension(c, id) != nil }

func keyUses(c *x509.Certificate) []string {
	if !has(c, oidUses) {
		return nil
	}
	found := []string{}
	for bit, name := range uses {
		if c.KeyUsage&(1<<bit) != 0 {
			found = append(found, name)
		}
	}
	return found
}

// strong says whether a certificate is signed in a way that nobody can forge.
func strong(c *x509.Certificate) bool {
	return slices.Contains([]x509.SignatureAlgorithm{
		x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA,
		x509.SHA256WithRSAPSS, x509.SHA384WithRSAPSS, x509.SHA512WithRSAPSS,
		x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.ECDSAWithSHA512,
	}, c.SignatureAlgorithm)
}
