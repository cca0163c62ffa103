package lanes

import "hash"

// stream is a set of one lane, for a hash that has no kernels.
type stream struct {
	hash    hash.Hash
	message Message // nil if there is none
	buffer  []byte
	sum     []byte
}

// Stream returns a set for a hash of the standard library.
func Stream(h hash.Hash) Set {
	return &stream{hash: h, buffer: make([]byte, maxPiece)}
}

func (s *stream) Full() bool { return s.message != nil }

func (s *stream) Live() int {
	if s.message == nil {
		return 0
	}
	return 1
}

func (s *stream) Close() {}

func (s *stream) Start(m Message) {
	s.hash.Reset()
	s.message = m
}

func (s *stream) Step() {
	if s.message == nil {
		return
	}
	piece, last, err := s.message.Piece(s.buffer)
	if err == nil && !guarded(s.compress, nil, piece) {
		err = ErrLost
	}
	switch {
	case err != nil:
		s.done(nil, err)
	case last:
		s.sum = s.hash.Sum(s.sum[:0])
		s.done(s.sum, nil)
	}
}

func (s *stream) compress(_ *State, data []byte) { s.hash.Write(data) }

// done lets go of the message first: it may start another.
func (s *stream) done(sum []byte, err error) {
	m := s.message
	s.message = nil
	m.Done(sum, err)
}
