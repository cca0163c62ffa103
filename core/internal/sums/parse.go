package sums

import (
	"encoding/hex"
	"strings"

	"checksig/internal/digest"
)

// MaxMalformed is how many malformed lines Parse puts up with: what has more of
// them is not a list.
const MaxMalformed = 2_000_000

// shortest is the length in bytes of the shortest line that lists a file.
const shortest = len("00000000  a\n")

// Parse reads a whole list. Names and digests share the memory of list. A byte
// order mark in front is passed over.
// Comments (# or "; " in the first column) and blank lines carry nothing, but for those
// that say which algorithm the lines below are in, as Gentoo writes them. Lines above
// the first entry that have no digits of a digest are a header, and counted. Every other
// line becomes an Entry or a Malformed.
func Parse(list string, opts Options) (entries []Entry, malformed []Malformed, header int) {
	list = strings.TrimPrefix(list, "\ufeff")
	end := "\n"
	if opts.Zero {
		end = "\x00"
	}
	entries = make([]Entry, 0, min(strings.Count(list, end)+1, len(list)/shortest+1))
	var kind layout
	heading := ""  // the algorithm that the last such comment names
	short := false // whether there are digests of which a damaged one may have no run of digits
	for number := max(1, opts.First); list != "" && len(malformed) < MaxMalformed; number++ {
		var line string
		line, list, _ = strings.Cut(list, end)
		if !opts.Zero {
			line = strings.TrimSuffix(line, "\r")
		}
		if isEmpty(line) {
			if tag, ok := headingTag(line); ok && opts.Untagged == nil && opts.Family == "" {
				heading = tag
			}
			continue
		}
		as := kind
		var entry Entry
		reason := parseLine(line, heading, &opts, &as, &entry)
		if reason != "" {
			above := len(entries) == 0 && isHeading(line)
			malformed = append(malformed, Malformed{Line: number, Reason: reason, above: above})
			continue
		}
		entry.Line, kind = number, as
		entries = append(entries, entry)
		short = short || entry.Algorithm != nil && entry.Algorithm.Size <= leastRun
	}
	if len(entries) == 0 || short {
		return entries, malformed, 0
	}
	kept := malformed[:0]
	for _, m := range malformed {
		if !m.above {
			kept = append(kept, m)
		}
	}
	return entries, kept, len(malformed) - len(kept)
}

// layout is how many blanks a list has between a digest and a name. The first
// such line settles it: if both counted, a name that begins with a space could be
// passed off as one that does not.
type layout uint8

const (
	unsettled layout = iota
	twoBlanks
	oneBlank // the reversed style of the BSDs
)

// parseLine makes the entry, or returns why there is none. Entries are large: to hand them from one
// function to the next would take longer than all else.
func parseLine(line, heading string, opts *Options, kind *layout, entry *Entry) string {
	if isBlank(line[0]) {
		line = strings.TrimLeft(line, " \t")
	}
	rest, escaped := line, false
	if !opts.Zero {
		rest, escaped = strings.CutPrefix(line, `\`)
	}
	if !splitPlain(rest, kind, entry) && !splitTagged(rest, entry) {
		return "not a digest and a name"
	}
	if entry.Tag == "" {
		entry.Tag = heading
	}
	entry.Escaped = escaped
	if escaped {
		var ok bool
		if entry.Name, ok = unescape(entry.Name); !ok {
			return `a backslash in the name is not followed by \, n or r`
		}
	}
	return settle(entry, opts)
}

// linkTag stands where the algorithm would, if an entry lists a symbolic link. No text can have it as a
// tag: see isTag.
const linkTag = "link:"

// bareTag is the same of a file without a digest.
const bareTag = "no-digest:"

// Settle finds the algorithm of an entry and holds name and digest to what a
// list may say. It returns the entry, or why it is malformed.
func Settle(entry Entry, opts Options) (Entry, string) {
	if entry.Tag == bareTag && entry.Digest == "" {
		entry.Bare = true
		return entry, checkName(entry.Name)
	}
	if !isHex(entry.Digest) {
		return entry, "the digest is not hexadecimal"
	}
	if entry.Tag == linkTag {
		entry.Link = true
		return entry, checkName(entry.Name)
	}
	return entry, settle(&entry, &opts)
}

func settle(entry *Entry, opts *Options) string {
	if reason := checkName(entry.Name); reason != "" {
		return reason
	}
	return resolve(entry, opts)
}

// splitPlain splits DIGEST BLANK (SPACE|*) NAME, or DIGEST BLANK NAME.
func splitPlain(line string, kind *layout, entry *Entry) bool {
	end := hexDigits(line)
	if end == 0 || end%2 != 0 || len(line) < end+2 || line[end] != ' ' && line[end] != '\t' {
		return false
	}
	marker, two := line[end+1], len(line) > end+2
	if tag, name, ok := splitMarked(line[end+1:]); ok {
		entry.Digest, entry.Size = line[:end], -1
		entry.Tag, entry.Name, entry.Style = tag, name, Marked
		return true
	}
	switch {
	case *kind != oneBlank && marker == ' ' && two:
		entry.Name, entry.Style, *kind = line[end+2:], Text, twoBlanks
	case *kind != oneBlank && marker == '*' && two:
		entry.Name, entry.Style, *kind = line[end+2:], Binary, twoBlanks
	case *kind != twoBlanks:
		entry.Name, entry.Style, *kind = line[end+1:], Reversed, oneBlank
	default:
		return false
	}
	entry.Digest, entry.Size = line[:end], -1
	return true
}

// splitMarked splits ?ALGORITHM*NAME, as RapidCRC and TeraCopy write behind a digest.
func splitMarked(rest string) (tag, name string, ok bool) {
	if rest == "" || rest[0] != '?' {
		return "", "", false
	}
	tag, name, ok = strings.Cut(rest[1:], "*")
	return tag, name, ok && isTag(tag) && name != ""
}

// splitTagged splits TAG (NAME) = DIGEST and its two tighter forms. The name
// ends at the last parenthesis that closes, so it may hold others.
func splitTagged(line string, entry *Entry) bool {
	open, end := strings.IndexByte(line, '('), strings.LastIndexByte(line, ')')
	if open <= 0 || end < open {
		return false
	}
	tag, tail := line[:open], line[end+1:]
	bare, spaced := strings.CutSuffix(tag, " ")
	digits, standard := strings.CutPrefix(tail, " = ")
	if !standard {
		digits = strings.TrimPrefix(tail, "= ")
	}
	if !isTag(bare) || len(digits) == len(tail) || !isHex(digits) || spaced && !standard {
		return false
	}
	entry.Name, entry.Tag, entry.Digest, entry.Size = line[open+1:end], bare, digits, -1
	switch {
	case spaced:
		entry.Style = Tag
	case standard:
		entry.Style = TightTag
	default:
		entry.Style = OpenSSL
	}
	return true
}

// resolve finds the algorithm of an entry and holds the digest to its length:
// a digest cut short would be easier to match.
func resolve(entry *Entry, opts *Options) string {
	size := hex.DecodedLen(len(entry.Digest))
	switch {
	case entry.Tag != "":
		entry.Algorithm = digest.Lookup(entry.Tag)
		if opts.Algorithm != nil && entry.Algorithm != opts.Algorithm {
			return "tagged with another algorithm than the list's"
		}
		if entry.Algorithm == nil {
			return ""
		}
	case opts.Algorithm != nil:
		entry.Algorithm = opts.Algorithm
	case opts.Untagged != nil:
		entry.Algorithm = opts.Untagged
	default:
		entry.Algorithm = digest.BySize(size)
		if entry.Algorithm != nil && !strings.HasPrefix(entry.Algorithm.Name, opts.Family) {
			entry.Algorithm = nil
		}
	}
	if entry.Algorithm == nil || entry.Algorithm.Size != size {
		return wrongLength(size)
	}
	return ""
}

func wrongLength(size int) string {
	reason := "the digest has the wrong length"
	if a := digest.BySize(size); a != nil {
		reason += ": that of " + a.Title
	}
	return reason
}

func checkName(name string) string {
	switch {
	case name == "":
		return "the name is empty"
	case len(name) > maxName:
		return "the name is too long"
	case strings.IndexByte(name, 0) >= 0:
		return "the name holds a NUL byte"
	}
	return ""
}

func isHex(s string) bool {
	return s != "" && len(s)%2 == 0 && hexDigits(s) == len(s)
}

// hexDigits returns how many hexadecimal digits s begins with.
func hexDigits(s string) int {
	for i := range len(s) {
		if !hexDigit[s[i]] {
			return i
		}
	}
	return len(s)
}

// hexDigit is a table because this is half the work of reading a list.
var hexDigit = func() (table [256]bool) {
	for _, c := range []byte("0123456789abcdefABCDEF") {
		table[c] = true
	}
	return table
}()

// isTag admits what names of algorithms are made of, so that a line of prose
// with parentheses in it is not taken for an algorithm we lack.
func isTag(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && (s[i] < '0' || s[i] > '9') && !strings.ContainsRune("-_/", rune(s[i])) {
			return false
		}
	}
	return s != ""
}
