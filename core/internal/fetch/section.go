package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// Section is the bytes of an object from one offset on, as a stream. What is cut off is asked for
// again, of the same version. It belongs to one goroutine.
type Section struct {
	source *Source
	ctx    context.Context
	at, to int64 // to is -1 if it is open-ended

	body   io.ReadCloser
	end    int64 // of the body; -1: not known
	cancel context.CancelFunc
	watch  *time.Timer // cancels a request of which nothing comes, while we wait for it
	gained int         // bytes since enough had come
	patience
}

// Section returns the bytes of an object from one offset up to another, or if that is -1 up to
// where it ends. It must be closed.
func (c *Client) Section(ctx context.Context, s *Source, from, to int64) *Section {
	return &Section{source: s, ctx: ctx, at: from, to: to, patience: patience{client: c}}
}

// At returns the offset of the next byte.
func (x *Section) At() int64 { return x.at }

// Size returns the size of the object in bytes; -1 if it is not known yet.
func (x *Section) Size() int64 { return x.source.Size() }

// Extend lets the section go on, up to another offset, if its body does.
func (x *Section) Extend(to int64) bool {
	if x.body == nil || x.end >= 0 && x.end < to {
		return false
	}
	x.to = to
	return true
}

// Read reads some of the bytes. After the last it returns io.EOF. Other errors are final.
func (x *Section) Read(p []byte) (int, error) {
	for {
		if x.to >= 0 && x.at >= x.to {
			return 0, io.EOF
		}
		n, err := x.try(p)
		if n > 0 {
			x.gain(n)
			return n, nil
		}
		if err == nil || err == io.EOF {
			return 0, io.EOF
		}
		x.drop()
		if err := x.retry(err); err != nil {
			return 0, err
		}
	}
}

// enough is how many bytes have to come in time. A server from which less comes might as well say
// nothing.
const enough = 1 << 10

// gain notes that bytes came.
func (x *Section) gain(n int) {
	if x.gained += n; x.gained >= enough {
		x.waited, x.gained, x.tries = 0, 0, 0
		x.client.answered.Store(time.Now().UnixNano())
	}
}

// wait is called before the server is waited for, and what it returns afterwards.
func (x *Section) wait() (over func()) {
	began := time.Now()
	x.watch.Reset(max(x.client.settings.Timeout-x.waited, 0))
	return func() {
		x.watch.Stop()
		x.waited += time.Since(began)
	}
}

// try opens a body, if none is open, and reads some of it. At the end of the object it is
// io.EOF.
func (x *Section) try(p []byte) (int, error) {
	if x.body == nil {
		if err := x.open(); err != nil {
			return 0, err
		}
		if x.body == nil { // there is nothing
			return 0, io.EOF
		}
	}
	if x.to >= 0 {
		p = p[:min(int64(len(p)), x.to-x.at)]
	}
	over := x.wait()
	n, err := x.body.Read(p)
	over()
	if x.end >= 0 && x.at+int64(n) > x.end {
		return 0, errTooLong
	}
	x.at += int64(n)
	if size := x.source.Size(); size >= 0 && x.at > size {
		return 0, ErrChanged
	} else if size < 0 && x.at > x.client.unsaid {
		return 0, fatal("it has more than %d bytes, and the server does not say how many", x.client.unsaid)
	}
	switch {
	case n > 0:
		return n, nil
	case err == nil:
		return 0, &temporary{errSilent, 0}
	case err != io.EOF:
		return 0, x.because(err)
	case x.end >= 0 && x.at < x.end:
		return 0, &temporary{errCut, 0}
	}
	if size := x.source.Size(); size >= 0 && x.at < size {
		if x.end >= 0 { // a part that is shorter than the one asked for
			x.drop()
			return x.try(p)
		}
		return 0, ErrChanged // it is shorter than the store has said
	}
	return 0, io.EOF
}

// open asks for what is left.
func (x *Section) open() error {
	from, to := x.at, x.to
	if !x.source.Pinned() {
		if from > 0 {
			return ErrAgain
		}
		to = -1
	}
	if size := x.source.Size(); from == 0 && to >= 0 && to == size {
		to = -1 // all of it, for which no part has to be asked for
	}
	ctx, cancel := context.WithCancel(x.ctx)
	x.cancel, x.watch = cancel, time.AfterFunc(x.client.settings.Timeout, cancel)
	over := x.wait()
	defer over()
	request := x.source.request(from, to)
	request.Header.Set("User-Agent", x.client.settings.Agent)
	if len(x.source.header) > 0 {
		ctx = context.WithValue(ctx, signed{}, true)
	}
	response, err := x.client.do(ctx, request)
	if x.source.fixed && errors.Is(err, ErrMissing) {
		return ErrChanged // the version that was listed is gone
	}
	if err != nil {
		return err
	}
	return x.begin(response, from)
}

// begin takes the body of an answer.
func (x *Section) begin(response *http.Response, from int64) error {
	start, end, err := x.source.learn(response, from)
	if err != nil || end == from {
		response.Body.Close()
		return err // or there was nothing left
	}
	x.body, x.end = response.Body, end
	// A server that gives all when it is asked for a part: what comes before is passed over, if that
	// does not take too long.
	if _, err := io.CopyN(io.Discard, x.body, from-start); err != nil {
		return x.because(err)
	}
	return nil
}

// because returns why a body ended, unless the whole run did.
func (x *Section) because(err error) error {
	if err := x.ctx.Err(); err != nil {
		return err
	}
	return reason(err)
}

// retry waits before another try, or returns the error if there is to be none.
func (x *Section) retry(err error) error {
	var again *temporary
	if errors.As(err, &again) && x.ctx.Err() == nil && x.at > 0 && !x.source.Pinned() {
		return ErrAgain
	}
	return x.patience.retry(x.ctx, err)
}

// drop gives up the body.
func (x *Section) drop() {
	if x.watch != nil {
		x.watch.Stop()
	}
	if x.body != nil {
		x.body.Close()
		x.body = nil
	}
	if x.cancel != nil {
		x.cancel()
		x.cancel = nil
	}
}

// Close gives up the section.
func (x *Section) Close() { x.drop() }

// Same returns nil if an object is still of the version that was read, else ErrChanged. Of one
// whose version nobody knows, it cannot tell, and returns nil.
func (c *Client) Same(ctx context.Context, s *Source) error {
	if !s.Pinned() || s.Size() == 0 {
		return nil
	}
	x := c.Section(ctx, s, 0, 1)
	defer x.Close()
	_, err := x.Read(make([]byte, 1))
	if err == io.EOF || errors.Is(err, ErrMissing) {
		return ErrChanged
	}
	return err
}
