// Package fetch reads URLs as files are read: one version of each, and all of it. It is the
// only code with a network.
package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Settings say how URLs are read. An origin is a scheme, a host and a port, if that is not the
// one of the scheme: "https://example.org".
type Settings struct {
	Roots       string            // certificates to trust, in PEM; "": those of the system
	Proxies     map[string]string // by the origin that they are for; others are asked directly
	Redirects   []string          // origins that others may redirect to
	Connections int               // to one host, at most
	Timeout     time.Duration     // how long there may be no answer, or no more of one
	Agent       string            // what we call ourselves
}

// maxRedirects is how often one answer may send us on.
const maxRedirects = 10

// maxUnsaid bounds, in bytes, what is read of an object whose size nobody says: there may be no end
// of it.
const maxUnsaid = 16 << 30

// Client asks servers. Any number of goroutines may use it.
type Client struct {
	settings Settings
	http     http.Client
	unsaid   int64        // how many bytes an object may have whose size nobody says
	reached  atomic.Bool  // some server has answered
	answered atomic.Int64 // when one last did, in nanoseconds since 1970
	busy     atomic.Int64 // how often servers have said that we ask too much
}

var errRoots = errors.New("no certificates to trust in what is named as some")

// NewClient returns a client. Connections that nobody uses are there for the next one with the same
// settings, for a little while.
func NewClient(settings Settings) (*Client, error) {
	configuration := &tls.Config{MinVersion: tls.VersionTLS12}
	if settings.Roots != "" {
		configuration.RootCAs = x509.NewCertPool()
		if !configuration.RootCAs.AppendCertsFromPEM([]byte(settings.Roots)) {
			return nil, errRoots
		}
	}
	c := &Client{settings: settings, unsaid: maxUnsaid}
	c.http = http.Client{Transport: connections.to(settings, configuration), CheckRedirect: c.mayRedirect}
	c.answered.Store(time.Now().UnixNano())
	return c, nil
}

// Busy returns how often servers have said that we ask too much.
func (c *Client) Busy() int64 { return c.busy.Load() }

// origin returns the origin of a URL.
func origin(u *url.URL) string {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port == "" || port == map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		return u.Scheme + "://" + host
	}
	return u.Scheme + "://" + host + ":" + port
}

// mayRedirect decides whether to go where an answer sends us: elsewhere only if that is allowed,
// and never with what a request was signed with.
func (c *Client) mayRedirect(next *http.Request, before []*http.Request) error {
	from, to := origin(before[0].URL), origin(next.URL)
	next.Header.Del("Referer") // the address before may have a signature in it
	switch {
	case before[0].Method != http.MethodGet && before[0].Method != http.MethodHead:
		return fatal("it redirects to %s, and nothing is written there", to)
	case len(before) > maxRedirects:
		return fatal("it redirects more than %d times", maxRedirects)
	case from != to && !slices.Contains(c.settings.Redirects, to):
		return fatal("it redirects to %s, which is not allowed (--redirects)", to)
	case from != to && before[0].Context().Value(signed{}) != nil:
		return fatal("it redirects to %s, for which the request is not signed", to)
	}
	return nil
}

// signed marks the context of a request whose headers are secret.
type signed struct{}

// do asks once. The answer has a status that a body is read of, or else there is an error:
// temporary, if another try may bring more.
func (c *Client) do(ctx context.Context, r *http.Request) (*http.Response, error) {
	response, err := c.http.Do(r.WithContext(ctx))
	if err != nil {
		return nil, reason(err)
	}
	c.reached.Store(true)
	switch code := response.StatusCode; {
	case code == http.StatusOK, code == http.StatusPartialContent, code == http.StatusRequestedRangeNotSatisfiable,
		r.Method != http.MethodGet && code/100 == 2:
		c.answered.Store(time.Now().UnixNano())
		return response, nil
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		c.busy.Add(1)
		err = &temporary{said(response), retryAfter(response)}
	case code == http.StatusRequestTimeout, code >= 500 && code != http.StatusNotImplemented:
		err = &temporary{said(response), 0}
	default:
		c.answered.Store(time.Now().UnixNano())
		body, _ := io.ReadAll(io.LimitReader(response.Body, maxRefusal))
		err = &RefusedError{refusal(response, body), body}
	}
	response.Body.Close()
	return nil, err
}

// maxRefusal is how much is read of what a server says besides the status, in bytes.
const maxRefusal = 16 << 10

// RefusedError is the answer of a server that gives nothing.
type RefusedError struct {
	reason error
	Body   []byte // what it says besides
}

func (r *RefusedError) Error() string { return r.reason.Error() }

func (r *RefusedError) Unwrap() error { return r.reason }

// refusalCode is how stores say in XML why they refuse something: letters, and not many, for a server
// may say what it was asked with.
var refusalCode = regexp.MustCompile(`<Code>([A-Za-z]{1,60})</Code>`)

// refusal returns the error that an answer stands for that gives nothing.
func refusal(response *http.Response, body []byte) error {
	switch response.StatusCode {
	case http.StatusNotFound, http.StatusGone:
		return ErrMissing
	case http.StatusPreconditionFailed:
		return ErrChanged
	}
	if found := refusalCode.FindSubmatch(body); found != nil {
		return fatal("%w (%s)", said(response), found[1])
	}
	return said(response)
}

// said returns what an answer says, as an error.
func said(response *http.Response) error {
	code := response.StatusCode
	if text := http.StatusText(code); text != "" {
		return fatal("the server says %d %s", code, text)
	}
	return fatal("the server says %d", code)
}

// final is an error that another try is sure to meet as well.
type final struct{ error }

func (f *final) Unwrap() error { return f.error }

func fatal(format string, values ...any) error { return &final{fmt.Errorf(format, values...)} }
