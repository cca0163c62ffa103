package sums

import (
	"bytes"
	"strings"
)

// Plain reads a list line by line, as long as each line says the same wherever it stands: what
// such a list says of a file can be cut out of it. See Parse for what lines may say besides.
type Plain struct {
	opts   Options
	end    byte
	kind   layout
	number int    // of the next line
	at     int64  // where that begins
	rest   []byte // of a line whose end is still to come
}

// NewPlain returns a reader of a list that has not begun.
func NewPlain(opts Options) *Plain {
	p := &Plain{opts: opts, end: '\n', number: 1}
	if opts.Zero {
		p.end = 0
	}
	return p
}

// Line is an entry, and where its line begins in the list, in bytes.
type Line struct {
	Entry
	At int64
}

// maxLine bounds a line whose end does not come: no name is as long.
const maxLine = 4 * maxName

// Take reads the next piece of the list, and calls each with its entries. The last piece is taken
// as last. It returns false if the list is not plain.
func (p *Plain) Take(piece []byte, last bool, each func(Line) bool) bool {
	if p.at == 0 && len(p.rest) == 0 && bytes.HasPrefix(piece, []byte("\xef\xbb\xbf")) {
		return false
	}
	cut := bytes.LastIndexByte(piece, p.end) + 1
	if last {
		cut = len(piece)
	}
	if len(p.rest)+len(piece)-cut > maxLine {
		return false
	}
	text := string(p.rest) + string(piece[:cut]) // entries keep it
	p.rest = append(p.rest[:0], piece[cut:]...)
	if cut == 0 && !last {
		p.rest = append([]byte(text), p.rest...)
		return true
	}
	for text != "" {
		line, rest, _ := strings.Cut(text, string(rune(p.end)))
		size := int64(len(text) - len(rest))
		entry, some, ok := p.line(line)
		if !ok || some && !each(Line{entry, p.at}) {
			return false
		}
		text = rest
		p.at += size
		p.number++
	}
	return true
}

// line reads a line, which may have no entry.
func (p *Plain) line(line string) (entry Entry, some, ok bool) {
	if !p.opts.Zero {
		line = strings.TrimSuffix(line, "\r")
	}
	if isEmpty(line) {
		_, heads := headingTag(line)
		return entry, false, !heads
	}
	entry, reason := parseLine(line, "", p.opts, &p.kind)
	entry.Line = p.number
	return entry, true, reason == "" && p.kind != oneBlank && entry.Algorithm != nil
}

// Size is how many bytes there were.
func (p *Plain) Size() int64 { return p.at }
