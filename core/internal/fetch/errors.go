package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Reasons why an object is not read.
var (
	ErrMissing = errors.New("no such object")
	ErrChanged = errors.New("changed while it was read")
	// ErrAgain says that the rest of an object is not to be had for certain: no version of it is
	// known, and so it has to be read again from its start.
	ErrAgain = errors.New("cut off, and the server has not said a version to go on with")
)

var (
	errSilent    = errors.New("no answer in time, or too little of it")
	errVersion   = errors.New("the answer does not say of which version it is")
	errTag       = errors.New("the store names the version by what no request can have")
	errRange     = errors.New("the answer is another part than the one asked for")
	errTooLong   = errors.New("the body is longer than said")
	errCut       = errors.New("the body is cut short")
	errNoNetwork = errors.New("the server cannot be reached")
)

// temporary is an error that another try may not meet.
type temporary struct {
	error
	after time.Duration // which the server wants us to wait
}

func (t *temporary) Unwrap() error { return t.error }

// reason returns why a request brought no answer, without its address: there may be a signature
// in that. It is temporary unless the same is sure to happen again.
func reason(err error) error {
	var (
		address     *url.Error
		certificate *tls.CertificateVerificationError
		name        *net.DNSError
		network     *net.OpError
		known       *final
	)
	if errors.As(err, &address) {
		err = address.Err
	}
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &certificate):
		return certificate
	case errors.As(err, &name) && name.IsNotFound:
		return fatal("no host is called %s", name.Name)
	case errors.As(err, &network) && network.Op == "remote error":
		return network.Err // of TLS, from the other side
	case errors.As(err, &network) && network.Op == "dial":
		return &temporary{fatal("%w: %w", errNoNetwork, network.Err), 0}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &temporary{errSilent, 0}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &temporary{errCut, 0}
	case errors.As(err, &network):
		return &temporary{network.Err, 0}
	case strings.Contains(err.Error(), "invalid header field"):
		return errTag
	case strings.HasPrefix(err.Error(), "tls: "), strings.Contains(err.Error(), "HTTP response"):
		return errors.New(unprefixed(err.Error()))
	}
	return &temporary{errors.New(unprefixed(err.Error())), 0}
}

// unprefixed returns the text of an error without what the library says of itself, and without what
// it quotes: there may be a signature or a password in that.
func unprefixed(text string) string {
	for _, head := range []string{"net/http: ", "HTTP/1.x transport connection broken: ", "net/http: "} {
		text = strings.TrimPrefix(text, head)
	}
	text, _, _ = strings.Cut(text, ` "`)
	return strings.TrimSuffix(text, ":")
}

// retryAfter returns how long an answer wants us to wait; 0 if it does not say.
func retryAfter(response *http.Response) time.Duration {
	text := response.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, 1<<20)) * time.Second
	}
	if when, err := http.ParseTime(text); err == nil {
		return max(time.Until(when), 0)
	}
	return 0
}
