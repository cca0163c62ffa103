package pattern

import (
	"errors"
	"regexp"
	"strings"
)

// translate returns the regular expression of a pattern.
func translate(pattern string) (string, error) {
	var out strings.Builder
	for at := 0; at < len(pattern); {
		rest := pattern[at:]
		start := at == 0 || pattern[at-1] == '/'
		switch {
		case start && strings.HasPrefix(rest, "**/"):
			out.WriteString("(?:[^/]+/)*")
			at += 3
		case start && rest == "**":
			out.WriteString(".+")
			at += 2
		case rest[0] == '*':
			out.WriteString("[^/]*")
			at += len(rest) - len(strings.TrimLeft(rest, "*"))
		case rest[0] == '?':
			out.WriteString("[^/]")
			at++
		case rest[0] == '[':
			class, length, err := translateClass(rest)
			if err != nil {
				return "", err
			}
			out.WriteString(class)
			at += length
		case rest[0] == '\\' && len(rest) == 1:
			return "", errors.New("a backslash at the end")
		case rest[0] == '\\':
			character := []rune(rest[1:])[:1]
			out.WriteString(regexp.QuoteMeta(string(character)))
			at += 1 + len(string(character))
		default:
			out.WriteString(regexp.QuoteMeta(rest[:1]))
			at++
		}
	}
	return out.String(), nil
}

// translateClass returns the regular expression of a class in brackets, and the
// length of the class in the pattern. No class matches a slash.
func translateClass(pattern string) (expr string, length int, err error) {
	var out strings.Builder
	rest := pattern[1:]
	negated := strings.HasPrefix(rest, "!") || strings.HasPrefix(rest, "^")
	if negated {
		rest = rest[1:]
	}
	for first := true; first || !strings.HasPrefix(rest, "]"); first = false {
		if rest == "" {
			return "", 0, errors.New("a bracket that is not closed")
		}
		if end := strings.Index(rest, ":]"); strings.HasPrefix(rest, "[:") && end > 0 {
			out.WriteString(rest[:end+2])
			rest = rest[end+2:]
			continue
		}
		escaped := rest[0] == '\\' && len(rest) > 1
		if escaped {
			rest = rest[1:]
		}
		character := string([]rune(rest)[:1])
		if character == "-" && !escaped && !first && !strings.HasPrefix(rest[1:], "]") {
			out.WriteString("-") // of a range
		} else {
			out.WriteString(quoteInClass(character))
		}
		rest = rest[len(character):]
	}
	length = len(pattern) - len(rest) + 1
	if negated {
		return "[^/" + out.String() + "]", length, nil
	}
	return "[" + out.String() + "]", length, nil
}

func quoteInClass(character string) string {
	if strings.ContainsAny(character, `\]^-[&~`) {
		return `\` + character
	}
	return character
}
