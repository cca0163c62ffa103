package fetch

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// Source is an object to read: one version of it. What a caller knows of that, the first answer
// has to agree with; what nobody knows, it says, and all others have to agree with it.
type Source struct {
	url    *url.URL
	header http.Header
	fixed  bool // the URL is that of one version

	mu     sync.Mutex
	etag   string // without quotes, of the version; "": not known
	weak   bool   // the tag only says that a version is as good as another
	size   int64  // in bytes; -1: not known
	ranges bool   // parts of it can be asked for
	whole  bool   // and are not given: a server that says so gives all
}

// Known is what a caller knows of an object.
type Known struct {
	Header http.Header // that a request needs, which is secret
	ETag   string      // of the version; "": not known
	Size   int64       // in bytes; -1: not known
	Fixed  bool        // the URL is that of one version
	Ranges bool        // the server is known to give parts
}

// NewSource returns the object at a URL.
func NewSource(address string, known Known) (*Source, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fatal("not the address of something on a web server")
	}
	s := &Source{url: u, header: known.Header, size: known.Size, fixed: known.Fixed, ranges: known.Ranges}
	s.etag, s.weak = tag(known.ETag)
	return s, nil
}

// tag returns an entity tag without its quotes, and whether it is a weak one.
func tag(text string) (bare string, weak bool) {
	bare, weak = strings.CutPrefix(text, "W/")
	return strings.Trim(bare, `"`), weak
}

// Assume notes what somebody else knows of the object, as far as it is not known yet: "" and -1 say
// nothing. It is called before the object is read.
func (s *Source) Assume(etag string, size int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.etag == "" {
		s.etag, s.weak = tag(etag)
	}
	if s.size < 0 {
		s.size = size
	}
}

// Size returns the size in bytes; -1 if it is not known yet.
func (s *Source) Size() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size
}

// ETag returns the entity tag of the version, without quotes, but marked if it is a weak one; "" if
// there is none.
func (s *Source) ETag() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.weak {
		return "W/" + s.etag
	}
	return s.etag
}

// Pinned reports whether parts of the object can be read, for certain of one version.
func (s *Source) Pinned() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pinned()
}

func (s *Source) pinned() bool { return s.fixed || s.etag != "" && !s.weak }

// Splits reports whether the object can be read in parts: a server has shown that it can.
func (s *Source) Splits() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size >= 0 && s.ranges && !s.whole && s.pinned()
}

// request returns a request for bytes from one offset to another, which is -1 for the end.
func (s *Source) request(from, to int64) *http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	header := http.Header{"Accept-Encoding": {"identity"}, "User-Agent": {""}}
	for name, values := range s.header {
		header[name] = values
	}
	if s.etag != "" && !s.weak {
		header.Set("If-Match", `"`+s.etag+`"`)
	}
	switch {
	case to >= 0:
		header.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-"+strconv.FormatInt(to-1, 10))
	case from > 0:
		header.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-")
	}
	return &http.Request{
		Method: http.MethodGet, URL: s.url, Header: header, Host: s.url.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
}

// learn holds an answer against what is known of the object, and learns the rest from it. It
// returns where the body begins, and where it ends: -1 if nobody knows.
func (s *Source) learn(response *http.Response, from int64) (start, end int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	start, end, total, err := extent(response, from)
	if err != nil {
		return 0, 0, err
	}
	if start > from || response.StatusCode == http.StatusPartialContent && start != from {
		return 0, 0, errRange
	}
	// An answer without bytes needs no version: the one asked for was asked for by its tag.
	if err := s.agree(response.Header.Get("ETag")); err != nil && end != start {
		return 0, 0, err
	}
	if total >= 0 {
		if s.size >= 0 && s.size != total {
			return 0, 0, ErrChanged
		}
		s.size = total
	}
	s.whole = s.whole || from > start
	s.ranges = s.ranges || response.StatusCode == http.StatusPartialContent ||
		response.Header.Get("Accept-Ranges") == "bytes"
	return start, end, nil
}

// agree holds an entity tag against the one that is known.
func (s *Source) agree(text string) error {
	found, weak := tag(text)
	switch {
	case s.etag == "":
		s.etag, s.weak = found, weak
	case found == "" && !s.fixed:
		return errVersion
	case found != "" && found != s.etag:
		return ErrChanged
	}
	return nil
}

// extent returns which bytes of an object an answer has that was asked for from an offset on, and how
// many there are of it: -1 for what it does not say.
func extent(response *http.Response, from int64) (start, end, total int64, err error) {
	if response.StatusCode == http.StatusOK {
		return 0, response.ContentLength, response.ContentLength, nil
	}
	text, found := strings.CutPrefix(response.Header.Get("Content-Range"), "bytes ")
	part, of, cut := strings.Cut(text, "/")
	if total = -1; of != "*" {
		total, err = strconv.ParseInt(of, 10, 64)
	}
	if !found || !cut || err != nil {
		return 0, 0, 0, errRange
	}
	if response.StatusCode == http.StatusRequestedRangeNotSatisfiable {
		if total != from || from == 0 {
			return 0, 0, 0, ErrChanged // it is shorter than it was
		}
		return from, from, total, nil // all was there already
	}
	first, last, cut := strings.Cut(part, "-")
	start, err = strconv.ParseInt(first, 10, 64)
	if err == nil {
		end, err = strconv.ParseInt(last, 10, 64)
	}
	if end++; !cut || err != nil || start < 0 || end <= start || total >= 0 && end > total ||
		response.ContentLength >= 0 && response.ContentLength != end-start {
		return 0, 0, 0, errRange
	}
	return start, end, total, nil
}
