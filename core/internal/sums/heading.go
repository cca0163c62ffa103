package sums

import (
	"strings"

	"checksig/internal/digest"
)

// isEmpty reports whether a line is blank, or a comment. ExactFile and TeraCopy write
// semicolons, as SFV has them.
func isEmpty(line string) bool {
	if line == "" || line[0] == '#' {
		return true
	}
	if line == ";" || strings.HasPrefix(line, "; ") {
		return longestRun(line) < leastDigest
	}
	return (line[0] == ' ' || line[0] == '\t') && strings.TrimLeft(line, " \t") == ""
}

// said are words that comments have beside the name of an algorithm, and that say no more.
var said = map[string]bool{}

func init() {
	for word := range strings.FieldsSeq("hash hashes checksum checksums digest digests sum sums value values list lists " +
		"algorithm algo type method file files of for in with using by the are is all") {
		said[word] = true
	}
}

// headingTag returns the algorithm that a comment names which says nothing else:
// "# SHA512 HASH", "# BLAKE3:", "# Algorithm: SHA3-256", "# b2sum". Lengths do not tell
// BLAKE2b from SHA-512.
func headingTag(line string) (tag string, ok bool) {
	rest, ok := strings.CutPrefix(line, "#")
	if !ok {
		return "", false
	}
	words := strings.FieldsFunc(rest, func(r rune) bool { return r > 0x7f || !isTag(string(r)) })
	if len(words) == 2 && words[1] == "HASH" && strings.ToUpper(words[0]) == words[0] && !said[strings.ToLower(words[0])] {
		return words[0], true
	}
	for _, word := range words {
		word = strings.ToLower(word)
		if said[word] {
			continue
		}
		if digest.Lookup(word) == nil {
			word = strings.TrimSuffix(strings.TrimSuffix(word, "sums"), "sum")
		}
		if known := digest.Lookup(word); tag != "" || known == nil || known.Size < leastRun {
			return "", false
		}
		tag = word
	}
	return tag, tag != ""
}

const (
	// leastRun is how many hexadecimal digits in a row no line of a header has.
	leastRun = 8
	// leastDigest is how many digits a digest has, in hexadecimal or base64, that is no
	// checksum.
	leastDigest = 22
)

// isHeading reports whether a line that is no entry was never meant as one: nothing in
// it is like a digest, whole or damaged, nor like a tagged line, nor like the name that
// is left if the digest is lost.
func isHeading(line string) bool {
	if longestRun(line) >= leastRun || isGrouped(line) || strings.ContainsRune(line, '=') && strings.ContainsRune(line, '(') {
		return false
	}
	words := strings.Fields(line)
	if len(words) == 1 && words[0] != line {
		return false
	}
	// Whatever is left of a digest stands before two blanks, or a blank and an asterisk.
	if n := hexDigits(line); n > 0 && len(line) > n+1 && isBlank(line[n]) && (isBlank(line[n+1]) || line[n+1] == '*') {
		return false
	}
	for i, word := range words {
		if i == 0 && hexDigits(word) == len(word) && len(word) > 5 || isBase64(word) {
			return false
		}
	}
	return true
}

// isGrouped reports whether a line is digits of a digest, and what may stand between them.
func isGrouped(line string) bool {
	digits := strings.NewReplacer(" ", "", "\t", "", ":", "", "-", "").Replace(line)
	return len(digits) >= 2*leastRun && hexDigits(digits) == len(digits)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// longestRun returns how many hexadecimal digits there are in a row.
func longestRun(line string) (longest int) {
	for rest := line; rest != ""; {
		n := hexDigits(rest)
		longest = max(longest, n)
		rest = rest[min(n+1, len(rest)):]
	}
	return longest
}

// isBase64 reports whether a word is so long, and of such letters, as a digest in base64.
func isBase64(word string) bool {
	upper, lower, digit := false, false, false
	for i := range len(word) {
		switch c := word[i]; {
		case c >= 'A' && c <= 'Z':
			upper = true
		case c >= 'a' && c <= 'z':
			lower = true
		case c >= '0' && c <= '9':
			digit = true
		case !strings.ContainsRune("+/=-_", rune(c)):
			return false
		}
	}
	return len(word) >= leastDigest && upper && lower && digit
}
