package sums

import "strings"

var escaper = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)

// needsEscape reports whether a line cannot hold name as it is.
func needsEscape(name string) bool {
	return strings.IndexByte(name, '\\') >= 0 || strings.IndexByte(name, '\n') >= 0 || strings.IndexByte(name, '\r') >= 0
}

// unescape undoes escaper. It refuses everything that escaper does not write:
// a guess at what was meant would be a guess at which file was signed.
func unescape(name string) (string, bool) {
	if strings.IndexByte(name, '\r') >= 0 {
		return "", false
	}
	if strings.IndexByte(name, '\\') < 0 {
		return name, true
	}
	var out strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] != '\\' {
			out.WriteByte(name[i])
			continue
		}
		if i++; i == len(name) {
			return "", false
		}
		switch name[i] {
		case '\\':
			out.WriteByte('\\')
		case 'n':
			out.WriteByte('\n')
		case 'r':
			out.WriteByte('\r')
		default:
			return "", false
		}
	}
	return out.String(), true
}
