// Package digest holds the one table of hash algorithms. Go code, the Python
// package, the command line and the documentation all learn names, sizes and
// strengths from it.
package digest

import (
	"hash"
	"strings"

	"checksig/internal/lanes"
)

// Strength says what a matching digest proves.
type Strength string

// The strengths, weakest first.
const (
	None      Strength = "none"      // not even a good checksum
	Accidents Strength = "accidents" // detects accidents; anyone can forge it
	Broken    Strength = "broken"    // was built against attackers, and has fallen to them
	Strong    Strength = "strong"    // no practical attack is known
)

// Strengths are all of them, weakest first.
var Strengths = []Strength{None, Accidents, Broken, Strong}

// Algorithm is one row of the table.
type Algorithm struct {
	Name     string   // what users type and reports print in JSON: "sha1"
	Title    string   // as its specification spells it: "SHA-1"
	Tag      string   // in a BSD-style line: "SHA1"
	Aliases  []string // further names users type; letter case never matters
	Size     int      // of a digest, in bytes
	Strength Strength
	Of       string           // the algorithm that this is with a shorter digest, or ""
	Named    bool             // only by a name: untagged digests of its size are mostly of others
	Slow     bool             // left out where a file has a strong digest in another: see claim.setAside
	New      func() hash.Hash // in plain Go, or the standard library; see Hash
	Lanes    lanes.Family     // nil if New is all there is
	index    int              // in the table
}

// table is in order of preference: an untagged digest belongs to the first
// algorithm of its size.
var table = append(append([]*Algorithm{
	&md5Algorithm,
	&sha1Algorithm,
	&sha224Algorithm,
	&sha256Algorithm,
	&sha384Algorithm,
	&sha512Algorithm,
	&sha512t256Algorithm,
	&sha3t224Algorithm,
	&sha3t256Algorithm,
	&sha3t384Algorithm,
	&sha3t512Algorithm,
	&blake2bAlgorithm,
	&blake3Algorithm,
	&crc32Algorithm,
	&sm3Algorithm,
	&crcAlgorithm,
	&crc32cAlgorithm,
	&bsdAlgorithm,
	&sysvAlgorithm,
}, shorterBlake2b()...),
	&crc64nvmeAlgorithm,
	&sha512t224Algorithm,
	&shake128Algorithm,
	&shake256Algorithm,
	&blake2sAlgorithm,
	&ripemd160Algorithm,
	&whirlpoolAlgorithm,
	&tigerAlgorithm,
	&adler32Algorithm,
	&xxh32Algorithm,
	&xxh64Algorithm,
	&xxh3Algorithm,
	&xxh128Algorithm,
	&blocks1024Algorithm,
	&blocks512Algorithm,
	&ed2kAlgorithm,
	&bittorrentAlgorithm,
)

// All returns the table. The slice is the caller's, its rows are not.
func All() []*Algorithm {
	return append([]*Algorithm(nil), table...)
}

// Index returns the position of a in the table.
func Index(a *Algorithm) int { return a.index }

// Lookup finds an algorithm by name, title, tag or alias, in any letter case.
// It returns nil when there is none.
func Lookup(name string) *Algorithm {
	if a := byName[name]; a != nil {
		return a
	}
	return byName[strings.ToLower(name)]
}

// byName has all names as they are spelled, and in lower case: each tagged line
// of a list asks for one.
var byName = func() map[string]*Algorithm {
	names := make(map[string]*Algorithm)
	for i, a := range table {
		a.index = i
		for _, name := range append([]string{a.Name, a.Title, a.Tag}, a.Aliases...) {
			names[name], names[strings.ToLower(name)] = a, a
		}
	}
	return names
}()

// BySize returns the algorithm that an untagged digest of size bytes is taken
// for, or nil. Nothing is taken for what is not even a good checksum.
func BySize(size int) *Algorithm {
	for _, a := range table {
		if a.Size == size && a.Of == "" && a.Strength != None && !a.Named {
			return a
		}
	}
	return nil
}

// Names returns the names of all algorithms, in table order, but for those that
// are another with a shorter digest.
func Names() (names []string) {
	for _, a := range table {
		if a.Of == "" {
			names = append(names, a.Name)
		}
	}
	return names
}
