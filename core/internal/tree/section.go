package tree

import "io"

// Section is part of a file. Several sections can be read at the same time.
type Section struct {
	file    *File
	at, end int64
}

// Map maps the file, for all of its sections, if that can be.
func (f *File) Map() {
	f.mapped = f.handle.mmap(mappable(f.opened.size))
}

// Section returns a section of so many bytes, or as many as there are.
func (f *File) Section(at, size int64) Section {
	return Section{f, at, min(at+size, f.opened.size)}
}

// Piece returns the next bytes of the section, and whether they are the last.
// It is File.MappedPiece if the file is mapped, else File.Piece. Its pieces are
// valid until the file is closed.
func (s *Section) Piece(buffer []byte) (piece []byte, last bool, err error) {
	if n := s.mappable(); n > 0 {
		piece = s.file.mapped[s.at:][:n]
		s.at += n
		return piece, false, nil
	}
	piece = buffer[:min(int64(len(buffer)), s.end-s.at)]
	n, err := s.file.handle.readAt(piece, s.at)
	s.at += int64(n)
	if n < len(piece) && (err == nil || err == io.EOF) {
		return nil, false, ErrChanged
	}
	if err != nil && err != io.EOF {
		return nil, false, cause(err)
	}
	return piece, s.at == s.end, nil
}

// mappable returns how many of the next bytes can be taken as they are mapped:
// none of those that are the last.
func (s *Section) mappable() int64 {
	end := min(int64(len(s.file.mapped)), s.at+mappable(s.end-s.at))
	return max(0, min(end-s.at, mapStep))
}
