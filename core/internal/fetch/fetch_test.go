package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var content = bytes.Repeat([]byte("0123456789abcdef"), 40_000)

// serve starts a server that answers with a function, which gets the number of the request.
func serve(t *testing.T, answer func(n int64, w http.ResponseWriter, r *http.Request)) string {
	t.Helper()
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(requests.Add(1), w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func client(t *testing.T, settings Settings) *Client {
	t.Helper()
	if settings.Timeout == 0 {
		settings.Timeout = 5 * time.Second
	}
	c, err := NewClient(settings)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func source(t *testing.T, address, etag string, size int64) *Source {
	t.Helper()
	s, err := NewSource(address, Known{ETag: etag, Size: size})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func read(c *Client, s *Source, from, to int64) ([]byte, error) {
	x := c.Section(context.Background(), s, from, to)
	defer x.Close()
	return io.ReadAll(x)
}

func plain(w http.ResponseWriter, r *http.Request, etag string) {
	w.Header().Set("ETag", etag)
	http.ServeContent(w, r, "x", time.Time{}, bytes.NewReader(content))
}

// cut sends the head and the first bytes of an answer, and then closes the connection.
func cut(t *testing.T, w http.ResponseWriter, etag string, n int) {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nETag: %s\r\n\r\n", len(content), etag)
	connection.Write(content[:n])
	connection.Close()
}

func TestASectionIsTheBytesFromOneOffsetToAnother(t *testing.T) {
	address := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) { plain(w, r, `"a"`) })
	c := client(t, Settings{})
	for _, part := range [][2]int64{{0, -1}, {0, 10}, {7, 5000}, {100, int64(len(content))}, {5, -1}} {
		s := source(t, address, `"a"`, int64(len(content)))
		found, err := read(c, s, part[0], part[1])
		want := content[part[0]:]
		if part[1] >= 0 {
			want = content[part[0]:part[1]]
		}
		if err != nil || !bytes.Equal(found, want) {
			t.Errorf("%v: %d bytes, %v", part, len(found), err)
		}
	}
}

func TestWhatIsNotKnownIsLearnt(t *testing.T) {
	address := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) { plain(w, r, `"a"`) })
	s := source(t, address, "", -1)
	if found, err := read(client(t, Settings{}), s, 0, -1); err != nil || !bytes.Equal(found, content) {
		t.Fatal(len(found), err)
	}
	if s.Size() != int64(len(content)) || !s.Splits() {
		t.Errorf("size %d, splits %v", s.Size(), s.Splits())
	}
}

func TestACutBodyIsResumedUnderItsVersion(t *testing.T) {
	var ranges []string
	address := serve(t, func(n int64, w http.ResponseWriter, r *http.Request) {
		ranges = append(ranges, r.Header.Get("Range")+" "+r.Header.Get("If-Match"))
		if n == 1 {
			cut(t, w, `"a"`, 100_000)
			return
		}
		plain(w, r, `"a"`)
	})
	found, err := read(client(t, Settings{}), source(t, address, "", -1), 0, -1)
	if err != nil || !bytes.Equal(found, content) || len(ranges) != 2 || ranges[1] != `bytes=100000- "a"` {
		t.Error(len(found), err, ranges)
	}
}

func TestACutBodyWithoutAVersionHasToBeReadAgain(t *testing.T) {
	for _, etag := range []string{`""`, `W/"a"`} {
		address := serve(t, func(_ int64, w http.ResponseWriter, _ *http.Request) { cut(t, w, etag, 1000) })
		if _, err := read(client(t, Settings{}), source(t, address, "", -1), 0, -1); !errors.Is(err, ErrAgain) {
			t.Error(etag, err)
		}
	}
}

func TestABodyWhoseEndIsCutOffIsWhole(t *testing.T) {
	address := serve(t, func(n int64, w http.ResponseWriter, r *http.Request) {
		if n > 1 {
			plain(w, r, `"a"`)
			return
		}
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nETag: \"a\"\r\n\r\n%x\r\n%s\r\n", len(content), content)
		connection.Close()
	})
	if found, err := read(client(t, Settings{}), source(t, address, "", -1), 0, -1); err != nil || !bytes.Equal(found, content) {
		t.Error(len(found), err)
	}
}

func TestAnAnswerThatDripsIsGivenUp(t *testing.T) {
	address := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"a"`)
		for i := 0; i < 300 && r.Context().Err() == nil; i++ {
			w.Write(content[i : i+1])
			w.(http.Flusher).Flush()
			time.Sleep(10 * time.Millisecond)
		}
	})
	began := time.Now()
	_, err := read(client(t, Settings{Timeout: 300 * time.Millisecond}), source(t, address, "", int64(len(content))), 0, -1)
	if err == nil || time.Since(began) > 2*time.Second {
		t.Error(err, time.Since(began))
	}
}

func TestAnotherVersionIsChanged(t *testing.T) {
	address := serve(t, func(n int64, w http.ResponseWriter, r *http.Request) {
		switch {
		case n == 1:
			cut(t, w, `"a"`, 1000)
		default:
			plain(w, r, `"b"`)
		}
	})
	if _, err := read(client(t, Settings{}), source(t, address, "", -1), 0, -1); !errors.Is(err, ErrChanged) {
		t.Error("between two reads:", err)
	}
	ignores := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) {
		r.Header.Del("If-Match") // it does not know what that is
		plain(w, r, `"b"`)
	})
	if _, err := read(client(t, Settings{}), source(t, ignores, `"a"`, -1), 0, -1); !errors.Is(err, ErrChanged) {
		t.Error("of a server that takes no conditions:", err)
	}
	same := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) { plain(w, r, `"a"`) })
	if _, err := read(client(t, Settings{}), source(t, same, `"a"`, 5), 0, -1); !errors.Is(err, ErrChanged) {
		t.Error("of another size:", err)
	}
	if err := client(t, Settings{}).Same(context.Background(), source(t, address, `"a"`, 9)); !errors.Is(err, ErrChanged) {
		t.Error("afterwards:", err)
	}
}

func TestAnAnswerWithoutTheVersionAskedForIsRefused(t *testing.T) {
	address := serve(t, func(_ int64, w http.ResponseWriter, _ *http.Request) { w.Write(content) })
	if _, err := read(client(t, Settings{}), source(t, address, `"a"`, -1), 0, -1); !errors.Is(err, errVersion) {
		t.Error(err)
	}
}

func TestAnotherPartThanTheOneAskedForIsRefused(t *testing.T) {
	for _, said := range []string{
		"bytes 5-9/640000", "bytes 0-9/5", "bytes 9-0/640000", "bytes 10-19/", "items 10-19/640000", "", "bytes 10-30/640000",
		"bytes 10-19/x", "bytes -1-9/640000", "bytes 10-19/640001",
	} {
		address := serve(t, func(_ int64, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"a"`)
			w.Header().Set("Content-Range", said)
			w.Header().Set("Content-Length", "10")
			w.WriteHeader(http.StatusPartialContent)
			w.Write(content[10:20])
		})
		if found, err := read(client(t, Settings{}), source(t, address, `"a"`, int64(len(content))), 10, 20); err == nil {
			t.Errorf("%q: %q", said, found)
		}
	}
}

func TestAServerThatGivesAllIsPassedOverToThePart(t *testing.T) {
	address := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Range")
		plain(w, r, `"a"`)
	})
	s := source(t, address, `"a"`, int64(len(content)))
	found, err := read(client(t, Settings{}), s, 300_000, 300_100)
	if err != nil || !bytes.Equal(found, content[300_000:300_100]) || s.Splits() {
		t.Error(len(found), err, s.Splits())
	}
}

func TestTheTimeInWhichNobodyAsksDoesNotCount(t *testing.T) {
	address := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) { plain(w, r, `"a"`) })
	x := client(t, Settings{Timeout: 200 * time.Millisecond}).Section(context.Background(), source(t, address, "", -1), 0, -1)
	defer x.Close()
	buffer, total := make([]byte, 200_000), 0
	for {
		n, err := x.Read(buffer)
		if total += n; err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond) // somebody has no room for more
	}
	if total != len(content) {
		t.Error(total)
	}
}

func TestAnEmptyAnswerWithoutALengthIsNotAskedForAgainAtOnce(t *testing.T) {
	var requests atomic.Int64
	address := serve(t, func(n int64, w http.ResponseWriter, _ *http.Request) {
		requests.Store(n)
		w.Header().Set("ETag", `"a"`)
		w.(http.Flusher).Flush() // chunked
	})
	s := source(t, address, `"a"`, int64(len(content)))
	if err := client(t, Settings{}).Same(context.Background(), s); !errors.Is(err, ErrChanged) {
		t.Error(err)
	}
	if requests.Load() != 1 {
		t.Error(requests.Load(), "requests")
	}
}

func TestAShorterPartIsFollowedByTheRest(t *testing.T) {
	address := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) {
		var from, to int
		fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &from, &to)
		r.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", from, min(to, from+999)))
		plain(w, r, `"a"`)
	})
	found, err := read(client(t, Settings{}), source(t, address, `"a"`, int64(len(content))), 10, 5010)
	if err != nil || !bytes.Equal(found, content[10:5010]) {
		t.Error(len(found), err)
	}
}

func TestNothingIsDecompressed(t *testing.T) {
	address := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "identity" {
			t.Error(r.Header)
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.Write([]byte("\x1f\x8b as it is"))
	})
	if found, err := read(client(t, Settings{}), source(t, address, "", -1), 0, -1); string(found) != "\x1f\x8b as it is" {
		t.Errorf("%q %v", found, err)
	}
}

func TestABusyServerIsAskedAgainWhenItSays(t *testing.T) {
	began := time.Now()
	address := serve(t, func(n int64, w http.ResponseWriter, r *http.Request) {
		if n < 2 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		plain(w, r, `"a"`)
	})
	c := client(t, Settings{})
	found, err := read(c, source(t, address, "", -1), 0, -1)
	if err != nil || !bytes.Equal(found, content) || time.Since(began) < time.Second || c.Busy() != 1 {
		t.Error(len(found), err, time.Since(began), c.Busy())
	}
}

func TestWhatDoesNotComeInTimeIsGivenUp(t *testing.T) {
	block := make(chan struct{})
	defer close(block)
	for name, answer := range map[string]func(int64, http.ResponseWriter, *http.Request){
		"no answer": func(_ int64, _ http.ResponseWriter, _ *http.Request) { <-block },
		"no more": func(_ int64, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"a"`)
			w.Write(content[:10])
			w.(http.Flusher).Flush()
			<-block
		},
		"busy":    func(_ int64, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"a fault": func(_ int64, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"too long": func(_ int64, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(429)
		},
	} {
		address := serve(t, answer)
		began := time.Now()
		_, err := read(client(t, Settings{Timeout: 400 * time.Millisecond}), source(t, address, `"a"`, int64(len(content))), 0, -1)
		if err == nil || time.Since(began) > 3*time.Second || strings.Contains(err.Error(), "127.0.0.1") {
			t.Error(name, err, time.Since(began))
		}
	}
}

func TestAnEndlessBodyEndsWithTheSizeThatIsKnown(t *testing.T) {
	address := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(content); err != nil {
				return
			}
		}
	})
	if _, err := read(client(t, Settings{}), source(t, address, "", 1000), 0, -1); !errors.Is(err, ErrChanged) {
		t.Error(err)
	}
}

func TestAnEndlessBodyOfNoKnownSizeEnds(t *testing.T) {
	address := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(content); err != nil {
				return
			}
		}
	})
	c := client(t, Settings{})
	c.unsaid = 10 << 20
	if found, err := read(c, source(t, address, "", -1), 0, -1); err == nil || len(found) > 11<<20 {
		t.Error(len(found), err)
	}
}

func TestStatuses(t *testing.T) {
	for code, want := range map[int]string{
		404: ErrMissing.Error(), 410: ErrMissing.Error(), 412: ErrChanged.Error(),
		403: "the server says 403 Forbidden", 401: "the server says 401 Unauthorized", 304: "the server says 304 Not Modified",
		204: "the server says 204 No Content", 501: "the server says 501 Not Implemented",
	} {
		address := serve(t, func(_ int64, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
		if _, err := read(client(t, Settings{}), source(t, address, "", -1), 0, -1); err == nil || err.Error() != want {
			t.Error(code, err)
		}
	}
}

func TestNobodyIsSentElsewhereUnlessThatIsAllowed(t *testing.T) {
	other := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Referer") != "" {
			t.Error("the address before is told:", r.Header)
		}
		plain(w, r, `"a"`)
	})
	address := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/elsewhere":
			http.Redirect(w, r, other, http.StatusFound)
		case "/here":
			http.Redirect(w, r, "/there", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		default:
			plain(w, r, `"a"`)
		}
	})
	for _, each := range []struct {
		path, want string
		allowed    []string
		header     http.Header
	}{
		{"/here", "", nil, nil},
		{"/elsewhere?signature=secret", "it redirects to " + other + ", which is not allowed (--redirects)", nil, nil},
		{"/elsewhere?signature=secret", "", []string{other}, nil},
		{"/elsewhere", "it redirects to " + other + ", for which the request is not signed", []string{other}, http.Header{"X-Token": {"secret"}}},
		{"/round", "it redirects more than 10 times", nil, nil},
	} {
		s, err := NewSource(address+each.path, Known{Header: each.header, Size: -1})
		if err != nil {
			t.Fatal(err)
		}
		_, err = read(client(t, Settings{Redirects: each.allowed}), s, 0, -1)
		if each.want == "" && err != nil || each.want != "" && (err == nil || err.Error() != each.want) {
			t.Error(each, err)
		}
	}
}

func TestAServerWhoseCertificateNobodyTrustsIsRefusedAtOnce(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { plain(w, r, `"a"`) }))
	server.Config.ErrorLog = nil
	defer server.Close()
	began := time.Now()
	_, err := read(client(t, Settings{}), source(t, server.URL, "", -1), 0, -1)
	if err == nil || !strings.Contains(err.Error(), "certificate") || time.Since(began) > 2*time.Second {
		t.Error(err, time.Since(began))
	}
	if _, err := NewClient(Settings{Roots: "no certificate"}); err == nil {
		t.Error("roots that are none were taken")
	}
}

func TestNobodyThereIsSaidAtOnce(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	began := time.Now()
	_, err = read(client(t, Settings{}), source(t, "http://"+listener.Addr().String(), "", -1), 0, -1)
	if !errors.Is(err, errNoNetwork) || time.Since(began) > time.Second {
		t.Error(err, time.Since(began))
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	for _, address := range []string{"", "x", "ftp://h/x", "http://", "file:///etc/passwd", "http://h:x/"} {
		if _, err := NewSource(address, Known{Size: -1}); err == nil {
			t.Error(address)
		}
	}
}
