package sums

// New returns the entry that a list of its own would have for a file: escaped
// if the name asks for it, tagged if the style does.
func New(name, digits, tag string, style Style) Entry {
	entry := Entry{Name: name, Digest: digits, Size: -1, Style: style, Escaped: needsEscape(name)}
	if style >= Tag && style != Reversed {
		entry.Tag = tag
	}
	return entry
}

// Append appends the line of an entry to list, with its newline.
func Append(list []byte, e Entry) []byte {
	name := e.Name
	if e.Escaped {
		list = append(list, '\\')
		name = escaper.Replace(name)
	}
	switch e.Style {
	case Reversed:
		list = join(list, e.Digest, " ", name)
	case Text:
		list = join(list, e.Digest, "  ", name)
	case Binary:
		list = join(list, e.Digest, " *", name)
	case Marked:
		list = join(list, e.Digest, " ?", e.Tag, "*", name)
	case Tag:
		list = join(list, e.Tag, " (", name, ") = ", e.Digest)
	case TightTag:
		list = join(list, e.Tag, "(", name, ") = ", e.Digest)
	case OpenSSL:
		list = join(list, e.Tag, "(", name, ")= ", e.Digest)
	}
	return append(list, '\n')
}

func join(list []byte, parts ...string) []byte {
	for _, part := range parts {
		list = append(list, part...)
	}
	return list
}
