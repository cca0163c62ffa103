package tree

import "io"

// Section is part of a file. Several sections can be read at the same time. It
// must be closed before the file is.
type Section struct {
	file    *File
	at, end int64
	mapped  window
}

// Section returns a section of so many bytes, or as many as there are. It begins
// at a multiple of the page size.
func (f *File) Section(at, size int64) Section {
	return Section{file: f, at: at, end: min(at+size, f.opened.size)}
}

// Close gives back what the section holds.
func (s *Section) Close() {
	s.mapped.close(s.file.handle)
}

// MappedPiece is File.MappedPiece for the section.
func (s *Section) MappedPiece(buffer []byte) (piece []byte, last bool, err error) {
	if piece := s.mapped.next(s.file.handle, s.at, s.end); piece != nil {
		s.at += int64(len(piece))
		return piece, false, nil
	}
	return s.Piece(buffer)
}

// Piece is File.Piece for the section.
func (s *Section) Piece(buffer []byte) (piece []byte, last bool, err error) {
	piece = buffer[:min(int64(len(buffer)), s.end-s.at)]
	n, err := s.file.handle.readAt(piece, s.at)
	s.at += int64(n)
	switch {
	case err != nil && err != io.EOF:
		return nil, false, cause(err)
	case n < len(piece):
		return nil, false, ErrChanged
	}
	return piece, s.at == s.end, nil
}
