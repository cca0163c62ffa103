package primitive

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Path is what is asked of a chain of certificates.
type Path struct {
	Chain   [][]byte // the one that signed first; the others in any order
	Anchors [][]byte // those that are trusted: roots, authorities below them, or the first itself
	At      time.Time
	Purpose string // the object identifier of the extended key usage that all are to be for
}

// maxChain is how many certificates may come with a signature. Certificates that could all have
// made each other are tried in every order: crypto/x509 checks at most a hundred signatures.
const maxChain = 6

var (
	errChain   = fmt.Errorf("there must be 1 to %d certificates", maxChain)
	errIssued  = errors.New("it does not lead, now and for this purpose, to a certificate that is trusted")
	errUnknown = errors.New("a certificate has a critical extension that is not known")
)

// Find returns the certificates from the one that signed to one that is trusted, as
// SubjectPublicKeyInfo in DER, if each is valid and issued the one before it.
func (p *Path) Find() ([][]byte, error) {
	if len(p.Chain) < 1 || len(p.Chain) > maxChain {
		return nil, errChain
	}
	leaf, err := x509.ParseCertificate(p.Chain[0])
	if err != nil {
		return nil, errCertificate
	}
	if err := p.valid(leaf); err != nil {
		return nil, fmt.Errorf("it is %w", err)
	}
	// An empty pool, which trusts nobody; without one crypto/x509 would ask the system.
	options := x509.VerifyOptions{
		Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: p.At,
		// Purposes are looked at here: crypto/x509 takes "any" for all of them.
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}
	if err := fill(options.Roots, p.Anchors); err != nil {
		return nil, err
	}
	if err := fill(options.Intermediates, p.Chain[1:]); err != nil {
		return nil, err
	}
	paths, err := leaf.Verify(options)
	if err != nil {
		return nil, p.reason(err)
	}
	for _, path := range paths {
		if err = p.suits(path); err == nil {
			keys := make([][]byte, len(path))
			for i, each := range path {
				keys[i] = each.RawSubjectPublicKeyInfo
			}
			return keys, nil
		}
	}
	return nil, err
}

// valid returns why a certificate does not count at the time that is asked about.
func (p *Path) valid(c *x509.Certificate) error {
	if p.At.Before(c.NotBefore) || p.At.After(c.NotAfter) {
		return fmt.Errorf("not valid at %s, but from %s until %s", day(p.At), day(c.NotBefore), day(c.NotAfter))
	}
	return nil
}

func day(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// fill adds certificates to a pool, but for those whose keys nobody is to calculate with.
func fill(pool *x509.CertPool, list [][]byte) error {
	for _, der := range list {
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			return errCertificate
		}
		if _, err := parseKey(parsed.RawSubjectPublicKeyInfo); err == nil {
			pool.AddCert(parsed)
		}
	}
	return nil
}

// reason returns an error of crypto/x509 in our words, and in none of the certificate's.
func (p *Path) reason(err error) error {
	var invalid x509.CertificateInvalidError
	var critical x509.UnhandledCriticalExtension
	switch {
	case errors.As(err, &critical):
		return errUnknown
	case errors.As(err, &invalid) && invalid.Reason == x509.CANotAuthorizedForThisName:
		return errors.New("the authorities above it are not for its name")
	}
	// crypto/x509 keeps to itself why it did not take an authority.
	for _, der := range slices.Concat(p.Chain[1:], p.Anchors) {
		above, err := x509.ParseCertificate(der)
		if err != nil {
			continue
		}
		if err := p.valid(above); err != nil {
			return fmt.Errorf("%w: one of the certificates is %w", errIssued, err)
		}
		if len(above.UnhandledCriticalExtensions) > 0 {
			return errUnknown
		}
	}
	return errIssued
}

// suits holds a path to more than crypto/x509 does.
func (p *Path) suits(path []*x509.Certificate) error {
	for i, each := range path {
		anchor := i == len(path)-1
		switch {
		// The signature of one that is trusted is nobody's business.
		case !anchor && !strong(each):
			return fmt.Errorf("a certificate is signed by %s, which is not accepted", each.SignatureAlgorithm)
		case each.SerialNumber.Sign() <= 0 || each.SerialNumber.BitLen() > 160:
			return errors.New("a certificate has a serial number that RFC 5280 does not allow")
		case each.Issuer.String() == "":
			return errors.New("a certificate does not name its issuer")
		case !understood(each, path[0]):
			return errors.New("an authority is restricted to names of a kind that is not known")
		}
		var err error
		if i == 0 {
			err = p.signer(each)
		} else {
			err = p.authority(each)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// signer holds the first certificate to what it is used for.
func (p *Path) signer(c *x509.Certificate) error {
	signs := c.KeyUsage&x509.KeyUsageDigitalSignature != 0
	switch {
	case !slices.Contains(purposes(c), p.Purpose):
		return errors.New("it is not for signing code")
	case has(c, oidUses) && !signs:
		return errors.New("its key is not for signatures")
	// model-signing has such certificates: of an authority whose key signs code as well, and says so.
	case c.BasicConstraintsValid && c.IsCA && !signs:
		return errors.New("an authority does not sign itself")
	}
	return nil
}

// authority holds a certificate that issued another to that.
func (p *Path) authority(c *x509.Certificate) error {
	switch {
	case !c.BasicConstraintsValid || !c.IsCA:
		return errors.New("the issuer of a certificate is not an authority")
	case has(c, oidUses) && c.KeyUsage&x509.KeyUsageCertSign == 0:
		return errors.New("the key of an authority is not for certificates")
	case has(c, oidPurposes) && !slices.Contains(purposes(c), p.Purpose):
		return errors.New("an authority is not for signing code")
	}
	return nil
}

// understood says whether all names that a certificate restricts a signer to are of a kind that
// crypto/x509 looks at. It passes over others, unless they are critical. It looks at URIs, which
// hardly anybody else does: whoever has one is refused.
func understood(c, signer *x509.Certificate) bool {
	known := []int{1, 2, 7} // addresses, hosts, numbers
	if len(signer.URIs) == 0 {
		known = append(known, 6)
	}
	type subtree struct {
		Base     asn1.RawValue
		Min, Max asn1.RawValue `asn1:"optional"`
	}
	var constraints struct {
		Permitted []subtree `asn1:"optional,tag:0"`
		Excluded  []subtree `asn1:"optional,tag:1"`
	}
	value := extension(c, oidConstraints)
	if value == nil {
		return true
	}
	if rest, err := asn1.Unmarshal(value, &constraints); err != nil || len(rest) > 0 {
		return false
	}
	return !slices.ContainsFunc(slices.Concat(constraints.Permitted, constraints.Excluded), func(s subtree) bool {
		return !slices.Contains(known, s.Base.Tag) || len(s.Min.FullBytes)+len(s.Max.FullBytes) > 0
	})
}
