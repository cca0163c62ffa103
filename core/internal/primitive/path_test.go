package primitive

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const code = "1.3.6.1.5.5.7.3.3"

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// owner is a certificate and its key.
type owner struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

// made returns a certificate that another issued, or it itself; change makes it another.
func made(name string, by *owner, change func(*x509.Certificate)) *owner {
	own := &owner{key: curveKey(elliptic.P256())}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name},
		NotBefore: noon.AddDate(0, 0, -10), NotAfter: noon.AddDate(0, 0, 10),
		BasicConstraintsValid: true,
	}
	change(template)
	parent, signer := template, crypto.Signer(own.key)
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der := must(x509.CreateCertificate(rand.Reader, template, parent, &own.key.PublicKey, signer))
	own.cert = must(x509.ParseCertificate(der))
	return own
}

func authority(c *x509.Certificate) { c.IsCA = true }

func signer(c *x509.Certificate) {
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}
}

// both changes a certificate twice.
func both(first, second func(*x509.Certificate)) func(*x509.Certificate) {
	return func(c *x509.Certificate) { first(c); second(c) }
}

func find(at time.Time, anchors []*owner, chain ...*owner) ([][]byte, error) {
	ders := func(list []*owner) (raw [][]byte) {
		for _, each := range list {
			raw = append(raw, each.cert.Raw)
		}
		return raw
	}
	path := &Path{Chain: ders(chain), Anchors: ders(anchors), At: at, Purpose: code}
	return path.Find()
}

func TestAPathLeadsToARootAnAuthorityOrTheFirstItself(t *testing.T) {
	root := made("root", nil, authority)
	local := made("local", root, authority)
	me := made("me", local, signer)
	for name, test := range map[string]struct {
		anchor *owner
		chain  []*owner
		length int
	}{
		"a root": {root, []*owner{me, local}, 3}, "with the root": {root, []*owner{me, root, local}, 3},
		"an authority": {local, []*owner{me}, 2}, "itself": {me, []*owner{me}, 1},
		"a gap": {root, []*owner{me}, 0}, "nobody": {made("root", nil, authority), []*owner{me, local}, 0},
		"not a signer": {local, []*owner{local}, 0}, "none": {root, nil, 0},
		"too many": {root, []*owner{me, local, local, local, local, local, local}, 0},
	} {
		keys, err := find(noon, []*owner{test.anchor}, test.chain...)
		if len(keys) != test.length || (err == nil) != (test.length > 0) {
			t.Errorf("%s: %d keys, %v", name, len(keys), err)
		}
		if test.length > 0 && !slices.Equal(keys[0], spki(&test.chain[0].key.PublicKey)) {
			t.Errorf("%s: another key", name)
		}
	}
	if _, err := find(noon, nil, me, local, root); err == nil {
		t.Error("without an anchor there is a path")
	}
}

func TestEachHasToBeValidAtTheTime(t *testing.T) {
	short := func(c *x509.Certificate) { c.NotBefore, c.NotAfter = noon, noon.AddDate(0, 0, 1) }
	for name, owners := range map[string][3]func(*x509.Certificate){
		"first":   {authority, authority, both(signer, short)},
		"between": {authority, both(authority, short), signer},
		"root":    {both(authority, short), authority, signer},
	} {
		root := made("root", nil, owners[0])
		local := made("local", root, owners[1])
		me := made("me", local, owners[2])
		for _, at := range []time.Time{noon, noon.AddDate(0, 0, 1)} {
			if _, err := find(at, []*owner{root}, me, local); err != nil {
				t.Error(name, err)
			}
		}
		for _, at := range []time.Time{noon.Add(-time.Second), noon.AddDate(0, 0, 1).Add(time.Second)} {
			if _, err := find(at, []*owner{root}, me, local); err == nil || !strings.Contains(err.Error(), "not valid at") {
				t.Error(name, err)
			}
		}
	}
}

func extra(id asn1.ObjectIdentifier, critical bool, value []byte) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: id, Critical: critical, Value: value})
	}
}

func used(use x509.KeyUsage) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.KeyUsage = use }
}

func TestEachHasToBeForWhatItIsUsed(t *testing.T) {
	server := func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }
	anyUse := func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} }
	none := func(*x509.Certificate) {}
	unknown := asn1.ObjectIdentifier{1, 2, 3, 4}
	// A directory name, which crypto/x509 passes over where it is not critical.
	names := []byte{0x30, 0x0a, 0xa0, 0x08, 0x30, 0x06, 0xa4, 0x04, 0x30, 0x02, 0x31, 0x00}
	mail := func(c *x509.Certificate) { c.EmailAddresses = []string{"me@example.org"} }
	example := func(c *x509.Certificate) { c.PermittedEmailAddresses = []string{"example.org"} }
	other := func(c *x509.Certificate) { c.PermittedEmailAddresses = []string{"example.com"} }
	uris := func(c *x509.Certificate) { c.PermittedURIDomains = []string{"example.org"} }
	mine := func(c *x509.Certificate) { c.URIs = []*url.URL{must(url.Parse("https://example.org/me"))} }
	for name, test := range map[string]struct {
		local, me func(*x509.Certificate)
		right     bool
	}{
		"all as it should be":           {authority, signer, true},
		"first: no purpose":             {authority, none, false},
		"first: another purpose":        {authority, server, false},
		"first: any purpose":            {authority, anyUse, false},
		"first: signs":                  {authority, both(signer, used(x509.KeyUsageDigitalSignature)), true},
		"first: does not sign":          {authority, both(signer, used(x509.KeyUsageKeyAgreement)), false},
		"first: an authority":           {authority, both(signer, authority), false},
		"first: one that issues":        {authority, both(both(signer, authority), used(x509.KeyUsageCertSign)), false},
		"first: one that signs as well": {authority, both(both(signer, authority), used(x509.KeyUsageDigitalSignature)), true},
		"first: critical":               {authority, both(signer, extra(unknown, true, []byte{5, 0})), false},
		"first: not critical":           {authority, both(signer, extra(unknown, false, []byte{5, 0})), true},
		"authority: none":               {none, signer, false},
		"authority: issues":             {both(authority, used(x509.KeyUsageCertSign)), signer, true},
		"authority: does not issue":     {both(authority, used(x509.KeyUsageDigitalSignature)), signer, false},
		"authority: for code":           {both(authority, signer), signer, true},
		"authority: for servers":        {both(authority, server), signer, false},
		"authority: for anything":       {both(authority, anyUse), signer, false},
		"authority: critical":           {both(authority, extra(unknown, true, []byte{5, 0})), signer, false},
		"authority: its names":          {both(authority, example), both(signer, mail), true},
		"authority: other names":        {both(authority, other), both(signer, mail), false},
		"authority: URIs, and has none": {both(authority, uris), signer, true},
		"authority: URIs, and has one":  {both(authority, uris), both(signer, mine), false},
		"authority: strange names":      {both(authority, extra(oidConstraints, false, names)), signer, false},
		"authority: names that must":    {both(authority, extra(oidConstraints, true, names)), signer, false},
	} {
		root := made("root", nil, authority)
		local := made("local", root, test.local)
		me := made("me", local, test.me)
		if _, err := find(noon, []*owner{root}, me, local); (err == nil) != test.right {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnAuthorityMayHaveAsManyBelowItAsItSays(t *testing.T) {
	for length, right := range []bool{false, true, true} {
		root := made("root", nil, both(authority, func(c *x509.Certificate) {
			c.MaxPathLen, c.MaxPathLenZero = length, length == 0
		}))
		local := made("local", root, authority)
		me := made("me", local, signer)
		if _, err := find(noon, []*owner{root}, me, local); (err == nil) != right {
			t.Errorf("%d: %v", length, err)
		}
	}
}

func TestSignaturesOfCertificatesAreStrong(t *testing.T) {
	long := func(c *x509.Certificate) { c.SerialNumber = new(big.Int).Lsh(big.NewInt(1), 158) }
	root := made("root", nil, authority)
	if _, err := find(noon, []*owner{root}, made("me", root, both(signer, long))); err != nil {
		t.Error(err)
	}
	for algorithm, want := range map[x509.SignatureAlgorithm]bool{
		x509.ECDSAWithSHA256: true, x509.SHA512WithRSAPSS: true, x509.ECDSAWithSHA1: false, x509.SHA1WithRSA: false, x509.PureEd25519: false,
	} {
		if strong(&x509.Certificate{SignatureAlgorithm: algorithm}) != want {
			t.Error(algorithm)
		}
	}
}

func TestACertificateIsDescribed(t *testing.T) {
	root := made("root", nil, authority)
	found := must(DescribeCertificate(root.cert.Raw))
	if !found.Own || !found.Holds || !found.Authority || found.Subject != "CN=root" || found.Key.Kind != "ecdsa-p256" ||
		found.Serial != "7" || found.Uses != nil || found.After != noon.AddDate(0, 0, -10).Unix() {
		t.Errorf("%+v", found)
	}
	me := made("me", root, both(both(signer, used(x509.KeyUsageDigitalSignature)), func(c *x509.Certificate) {
		c.Subject = pkix.Name{CommonName: ` a+b,c"`, Organization: []string{"#x"}, SerialNumber: "9"}
		c.EmailAddresses, c.DNSNames = []string{"me@example.org"}, []string{"example.org"}
		c.URIs = []*url.URL{must(url.Parse("https://example.org/%7Eme"))}
	}))
	found = must(DescribeCertificate(me.cert.Raw))
	want := []Name{{"host", "example.org"}, {"mail", "me@example.org"}, {"uri", "https://example.org/%7Eme"}}
	if !slices.Equal(found.Names, want) || found.Own || found.Holds || found.Issuer != "CN=root" ||
		found.Subject != `2.5.4.5=9,CN=\ a\+b\,c\",O=\#x` ||
		!slices.Equal(found.Purposes, []string{code}) || !slices.Equal(found.Uses, []string{"digitalSignature"}) {
		t.Errorf("%+v", found)
	}
	for at := range root.cert.Raw {
		changed := append([]byte{}, root.cert.Raw...)
		changed[at] ^= 1
		if found, err := DescribeCertificate(changed); err == nil && found.Own && found.Holds {
			t.Errorf("byte %d may be another", at)
		}
	}
	if _, err := DescribeCertificate(append(root.cert.Raw, 0)); err == nil {
		t.Error("more may stand behind it")
	}
}
