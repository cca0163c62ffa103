package fetch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestWhoReadsSlowlyDoesNotGiveUpTheServer(t *testing.T) {
	address := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) { plain(w, r, `"a"`) })
	c := client(t, Settings{Timeout: 200 * time.Millisecond})
	for _, etag := range []string{`"a"`, ""} {
		x := c.Section(context.Background(), source(t, address, etag, -1), 0, -1)
		defer x.Close()
		found := make([]byte, 10)
		if _, err := io.ReadFull(x, found); err != nil {
			t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond)
		rest, err := io.ReadAll(x)
		if err != nil || !bytes.Equal(append(found, rest...), content) {
			t.Error(len(rest), err)
		}
	}
}

func TestPartsThatDripAreGivenUp(t *testing.T) {
	address := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) {
		var from int
		fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from)
		w.Header().Set("ETag", `"a"`)
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, from, len(content)))
		w.WriteHeader(http.StatusPartialContent)
		time.Sleep(10 * time.Millisecond)
		w.Write(content[from : from+1])
	})
	began := time.Now()
	_, err := read(client(t, Settings{Timeout: 300 * time.Millisecond}), source(t, address, "", -1), 0, -1)
	if err == nil || time.Since(began) > 2*time.Second {
		t.Error(err, time.Since(began))
	}
}

func TestABodyThatIsCutAfterALongTimeIsResumed(t *testing.T) {
	address := serve(t, func(n int64, w http.ResponseWriter, r *http.Request) {
		if n > 1 {
			plain(w, r, `"a"`)
			return
		}
		w.Header().Set("ETag", `"a"`)
		for i := range 8 {
			w.Write(content[i*2*enough:][:2*enough])
			w.(http.Flusher).Flush()
			time.Sleep(50 * time.Millisecond)
		}
		panic(http.ErrAbortHandler)
	})
	found, err := read(client(t, Settings{Timeout: 300 * time.Millisecond}), source(t, address, "", -1), 0, -1)
	if err != nil || !bytes.Equal(found, content) {
		t.Error(len(found), err)
	}
}

func TestNoErrorQuotesAnAddress(t *testing.T) {
	for name, location := range map[string]string{
		"no host": "http://[bad/?t=secret", "user": "http://u:secret@%zz/", "no header": "http://a/secret\x01",
	} {
		address := serve(t, func(_ int64, w http.ResponseWriter, _ *http.Request) {
			connection, _, _ := w.(http.Hijacker).Hijack()
			fmt.Fprintf(connection, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", location)
			connection.Close()
		})
		_, err := read(client(t, Settings{Timeout: 100 * time.Millisecond}), source(t, address, "", -1), 0, -1)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Error(name, err)
		}
	}
	proxies := map[string]string{"http://example.org": "http://u:secret@a b:80"}
	_, err := read(client(t, Settings{Proxies: proxies}), source(t, "http://example.org/", "", -1), 0, -1)
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

func TestATagThatNoHeaderCanHaveIsRefusedAtOnce(t *testing.T) {
	address := serve(t, func(_ int64, w http.ResponseWriter, r *http.Request) { plain(w, r, `"a"`) })
	began := time.Now()
	_, err := read(client(t, Settings{}), source(t, address, "a\nb", -1), 0, -1)
	if err == nil || time.Since(began) > 2*time.Second {
		t.Error(err, time.Since(began))
	}
}

func TestAnOriginHasTheHostAsAddressesHaveIt(t *testing.T) {
	for text, want := range map[string]string{
		"https://Example.org:443/a":  "https://example.org",
		"http://example.org:443/":    "http://example.org:443",
		"https://[::1]:8443/":        "https://[::1]:8443",
		"https://[::1:8443]/":        "https://[::1:8443]",
		"https://u:p@example.org./?": "https://example.org.",
	} {
		u, err := url.Parse(text)
		if err != nil || origin(u) != want {
			t.Error(text, origin(u), err)
		}
	}
}

func TestAWeakTagStaysOne(t *testing.T) {
	for _, text := range []string{`W/"a"`, `"a"`, ""} {
		s := source(t, "http://example.org/", text, 1)
		again := source(t, "http://example.org/", s.ETag(), 1)
		if again.Pinned() != s.Pinned() || again.Pinned() != (text == `"a"`) {
			t.Error(text, s.ETag())
		}
	}
}
