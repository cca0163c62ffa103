package sums

import "strings"

// Plain reads a list line by line, as long as each line says the same wherever it stands: what
// such a list says of a file can be cut out of it. See Parse for what lines may say besides.
type Plain struct {
	opts   Options
	end    string
	kind   layout
	number int    // of the next line
	at     int64  // where that begins
	rest   string // of a line whose end is still to come
}

// NewPlain returns a reader of a list that has not begun.
func NewPlain(opts Options) *Plain {
	p := &Plain{opts: opts, end: "\n", number: 1}
	if opts.Zero {
		p.end = "\x00"
	}
	return p
}

// maxLine bounds a line whose end does not come: no name is as long.
const maxLine = 4 * maxName

// Take reads the next piece of the list, and calls each with its entries and where their lines begin,
// in bytes. They are good until each returns. The last piece is taken as last. It returns false if the
// list is not plain.
func (p *Plain) Take(piece string, last bool, each func(entry *Entry, at int64) bool) bool {
	if p.at == 0 && p.rest == "" && strings.HasPrefix(piece, "\ufeff") {
		return false
	}
	if p.rest != "" { // the end of a line that has begun in the piece before
		end := strings.Index(piece, p.end) + 1
		if end == 0 {
			end = len(piece)
		}
		p.rest, piece = p.rest+piece[:end], piece[end:]
		if piece == "" && !last && !strings.HasSuffix(p.rest, p.end) {
			return len(p.rest) <= maxLine
		}
		line := p.rest
		if p.rest = ""; !p.lines(line, each) {
			return false
		}
	}
	cut := len(piece)
	if !last {
		cut = strings.LastIndex(piece, p.end) + 1
		p.rest = strings.Clone(piece[cut:])
	}
	return p.lines(piece[:cut], each)
}

// lines reads whole lines.
func (p *Plain) lines(text string, each func(entry *Entry, at int64) bool) bool {
	var entry Entry // one for all: whoever is called could keep it
	for text != "" {
		line, rest, _ := strings.Cut(text, p.end)
		entry = Entry{}
		some, ok := p.line(line, &entry)
		if !ok || some && !each(&entry, p.at) {
			return false
		}
		p.at += int64(len(text) - len(rest))
		p.number++
		text = rest
	}
	return true
}

// line reads a line, which may have no entry.
func (p *Plain) line(line string, entry *Entry) (some, ok bool) {
	if !p.opts.Zero {
		line = strings.TrimSuffix(line, "\r")
	}
	if isEmpty(line) {
		_, heads := headingTag(line)
		return false, !heads
	}
	entry.Line = p.number
	reason := parseLine(line, "", &p.opts, &p.kind, entry)
	return true, reason == "" && p.kind != oneBlank && entry.Algorithm != nil
}

// Size is how many bytes there were.
func (p *Plain) Size() int64 { return p.at }
