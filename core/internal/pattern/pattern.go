// Package pattern chooses files by name, with the patterns of gitignore.
//
// Source: gitignore(5), "PATTERN FORMAT". As in git, a pattern is matched byte by
// byte, and a file in a directory that is left out cannot be taken in again.
package pattern

import (
	"fmt"
	"regexp"
	"strings"
)

// Choice is what some patterns leave of all files.
type Choice struct {
	include, exclude []rule
}

// New returns the choice of the files that include matches, if it has any
// patterns, and exclude does not.
func New(include, exclude []string) (*Choice, error) {
	var c Choice
	var err error
	if c.include, err = compile(include); err != nil {
		return nil, err
	}
	c.exclude, err = compile(exclude)
	return &c, err
}

// Everything reports whether nothing is left out.
func (c *Choice) Everything() bool {
	return len(c.include) == 0 && len(c.exclude) == 0
}

// Has reports whether the file of a clean name is among those chosen.
func (c *Choice) Has(name string) bool {
	if c.Everything() {
		return true
	}
	name = bytewise(name)
	return (len(c.include) == 0 || matches(c.include, name)) && !matches(c.exclude, name)
}

// Excludes reports whether everything in a directory is left out, whatever it is called.
func (c *Choice) Excludes(dir string) bool {
	return len(c.exclude) > 0 && matches(c.exclude, bytewise(dir)+"/")
}

// matches reports whether rules match a file, or a directory that it lies in.
func matches(rules []rule, name string) bool {
	for i := range len(name) {
		if name[i] == '/' && last(rules, name[:i], true) {
			return true
		}
	}
	return last(rules, name, false)
}

// last returns what the last rule that has something to say says.
func last(rules []rule, name string, isDir bool) bool {
	for i := len(rules) - 1; i >= 0; i-- {
		if r := &rules[i]; (isDir || !r.dirOnly) && r.expr.MatchString(name) {
			return !r.negated
		}
	}
	return false
}

// rule is one pattern.
type rule struct {
	expr             *regexp.Regexp
	negated, dirOnly bool
}

func compile(patterns []string) (rules []rule, err error) {
	for _, pattern := range patterns {
		r, err := parse(pattern)
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", pattern, err)
		}
		if r != nil {
			rules = append(rules, *r)
		}
	}
	return rules, nil
}

// parse returns the rule of a line, or nil for a comment or an empty one.
func parse(line string) (*rule, error) {
	line = trimBlanks(bytewise(line))
	if line == "" || line[0] == '#' {
		return nil, nil
	}
	r := &rule{}
	line, r.negated = strings.CutPrefix(line, "!")
	line, r.dirOnly = strings.CutSuffix(line, "/")
	anchored := strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if !anchored {
		line = "**/" + line
	}
	expr, err := translate(line)
	if err != nil {
		return nil, err
	}
	r.expr, err = regexp.Compile(`\A(?s:` + expr + `)\z`)
	return r, err
}

// trimBlanks takes off the blanks at the end that no backslash protects.
func trimBlanks(line string) string {
	for strings.HasSuffix(line, " ") && !strings.HasSuffix(line, `\ `) {
		line = line[:len(line)-1]
	}
	return line
}

// bytewise makes a character of each byte, so that bytes that are no UTF-8 are
// matched like any other.
func bytewise(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			runes := make([]rune, len(s))
			for j := range len(s) {
				runes[j] = rune(s[j])
			}
			return string(runes)
		}
	}
	return s
}
