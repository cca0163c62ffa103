package fetch

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"
)

// Ask asks once about an object, or changes it, and returns the header of the answer. What may be
// temporary is tried again: whoever changes something says under which condition.
func (c *Client) Ask(ctx context.Context, s *Source, method, body string) (http.Header, error) {
	p := patience{client: c}
	for {
		began := time.Now()
		header, err := c.ask(ctx, s, method, body)
		if err == nil {
			return header, nil
		}
		p.waited += time.Since(began)
		if err := p.retry(ctx, err); err != nil {
			return nil, err
		}
	}
}

// ask is one try.
func (c *Client) ask(ctx context.Context, s *Source, method, body string) (http.Header, error) {
	ctx, cancel := context.WithTimeout(ctx, c.settings.Timeout)
	defer cancel()
	request := s.request(0, -1)
	request.Method = method
	request.Header.Set("User-Agent", c.settings.Agent)
	if method != http.MethodHead {
		request.Body, request.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		if body == "" {
			request.Body = http.NoBody
		}
	}
	if len(s.header) > 0 {
		ctx = context.WithValue(ctx, signed{}, true)
	}
	response, err := c.do(ctx, request)
	if err != nil {
		return nil, err
	}
	if method == http.MethodHead && response.StatusCode != http.StatusOK {
		response.Body.Close()
		return nil, said(response)
	}
	// The rest of an answer is read, for the connection to be used again.
	_, _ = io.CopyN(io.Discard, response.Body, maxRefusal)
	response.Body.Close()
	return response.Header, nil
}
