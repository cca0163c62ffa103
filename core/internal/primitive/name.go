package primitive

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"strings"
	"unicode/utf8"
)

// A Name is one of the alternative names of a certificate's subject.
type Name struct {
	Kind  string `json:"kind"` // "mail", "uri" or "host"
	Value string `json:"value"`
}

// kinds of alternative names, by their tags: those that are written as text.
var kinds = map[int]string{1: "mail", 2: "host", 6: "uri"}

// alternatives returns the alternative names in their order, letter by letter: crypto/x509 would
// give URIs as it spells them.
func alternatives(c *x509.Certificate) ([]Name, error) {
	found := []Name{}
	var list []asn1.RawValue
	if value := extension(c, oidNames); value == nil {
		return found, nil
	} else if rest, err := asn1.Unmarshal(value, &list); err != nil || len(rest) > 0 {
		return nil, errCertificate
	}
	for _, each := range list {
		kind, known := kinds[each.Tag]
		if !known || each.Class != asn1.ClassContextSpecific {
			continue
		}
		found = append(found, Name{kind, string(each.Bytes)})
	}
	return found, nil
}

// attribute is a part of a distinguished name. The asn1 package takes slices whose type ends in
// SET for sets.
type attribute struct {
	Type  asn1.ObjectIdentifier
	Value asn1.RawValue
}
type relativeSET []attribute

// short are the names of types of attributes that RFC 4514 knows. Others are written as numbers.
var short = map[string]string{
	"2.5.4.3": "CN", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.10": "O", "2.5.4.11": "OU",
	"2.5.4.6": "C", "2.5.4.9": "STREET",
	"0.9.2342.19200300.100.1.25": "DC", "0.9.2342.19200300.100.1.1": "UID",
}

// distinguished writes a distinguished name as text, by RFC 4514: the last part first.
func distinguished(der []byte) (string, error) {
	var sequence []relativeSET
	if rest, err := asn1.Unmarshal(der, &sequence); err != nil || len(rest) > 0 {
		return "", errors.New("a distinguished name is damaged")
	}
	parts := make([]string, len(sequence))
	for i, set := range sequence {
		var fields []string
		for _, each := range set {
			value, err := text(each.Value)
			if err != nil {
				return "", err
			}
			id := each.Type.String()
			if name := short[id]; name != "" {
				id = name
			}
			fields = append(fields, id+"="+value)
		}
		parts[len(sequence)-1-i] = strings.Join(fields, "+")
	}
	return strings.Join(parts, ","), nil
}

// special are the characters of a value that stand for something else in RFC 4514.
var special = strings.NewReplacer(
	`\`, `\\`, `"`, `\"`, `+`, `\+`, `,`, `\,`, `;`, `\;`, `<`, `\<`, `>`, `\>`, "\x00", `\00`,
)

func text(v asn1.RawValue) (string, error) {
	var plain string
	switch v.Tag {
	case asn1.TagBitString:
		return "#" + hex.EncodeToString(v.Bytes), nil
	case asn1.TagT61String: // Latin-1, to most of the world
		for _, b := range v.Bytes {
			plain += string(rune(b))
		}
	case asn1.TagBMPString:
		if _, err := asn1.Unmarshal(v.FullBytes, &plain); err != nil {
			return "", err
		}
	case asn1.TagUTF8String, asn1.TagPrintableString, asn1.TagIA5String, asn1.TagNumericString:
		plain = string(v.Bytes)
	default:
		return "", errors.New("a name is in a kind of string that is not known")
	}
	if !utf8.ValidString(plain) {
		return "", errors.New("a name is not UTF-8")
	}
	escaped := special.Replace(plain)
	if strings.HasPrefix(plain, "#") || strings.HasPrefix(plain, " ") && len(plain) > 1 {
		escaped = `\` + escaped
	}
	if strings.HasSuffix(plain, " ") {
		escaped = strings.TrimSuffix(escaped, " ") + `\ `
	}
	return escaped, nil
}
