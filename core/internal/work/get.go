package work

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"checksig/internal/fetch"
	"checksig/internal/verdict"
)

// chunkSize is how many bytes of an object travel in one remark.
const chunkSize = 64 << 10

// getters is how many objects Get reads at a time, if they are not many.
const getters = 16

// Question is what is asked of a server about objects.
type Question struct {
	Method string // of HTTP; "": GET
	Body   string // that goes with each request
	Limit  int64  // in bytes, of an object that is read, or of the part of it
	From   int64  // where the part begins that is read, in bytes
	To     int64  // where it ends; 0: where the object does
}

// Get reads small objects, and passes on what is in them: chunks of one as remarks, and behind the
// last of them its result, whose name is the version. With another method, it passes on the header
// of the answer.
func Get(r *Run, settings fetch.Settings, sources []*fetch.Source, question Question) error {
	settings.Connections = mostReaders // as runs that follow, which may have these connections
	client, err := fetch.NewClient(settings)
	if err != nil {
		return err
	}
	r.tally.files.Store(int64(len(sources)))
	r.tally.found.Store(true)
	var next atomic.Int64
	readers := getters
	if len(sources) > 16*getters {
		readers = mostReaders
	}
	err = r.group(min(readers, len(sources)), func() error {
		out := r.Outbox()
		buffer := make([]byte, chunkSize)
		for i := int(next.Add(1)) - 1; i < len(sources); i = int(next.Add(1)) - 1 {
			if err := get(&out, client, i, sources[i], question, buffer); err != nil {
				return err
			}
		}
		return out.Flush()
	})
	return r.tally.account(err, int64(len(sources)))
}

func get(out *Outbox, client *fetch.Client, i int, source *fetch.Source, question Question, buffer []byte) error {
	var size int64
	var err error
	if question.Method == "" || question.Method == "GET" {
		size, err = body(out, client, i, source, question, buffer)
	} else {
		err = header(out, client, i, source, question)
	}
	if ended := out.run.ctx.Err(); ended != nil {
		return ended
	}
	result := verdict.Result{Name: source.ETag(), Size: size, ListedSize: -1, Line: i + 1}
	if err != nil {
		result.Status, result.Size, result.Text = statusOf(err), -1, err.Error()
		said := []string{""} // what came before is void
		var refused *fetch.RefusedError
		if errors.As(err, &refused) && len(refused.Body) > 0 {
			said = append(said, string(refused.Body))
		}
		for _, text := range said {
			if err := out.pass(chunk(i, text)); err != nil {
				return err
			}
		}
	}
	return out.Emit(result)
}

// body passes on the bytes of an object, or of a part, from the start again if they break off.
func body(out *Outbox, client *fetch.Client, i int, source *fetch.Source, q Question, buffer []byte) (size int64, err error) {
	to := q.To
	if to == 0 {
		to = -1
	}
	err = fetch.ErrAgain
	for tries := 0; err == fetch.ErrAgain && tries < maxTries; tries++ {
		x := client.Section(out.run.ctx, source, q.From, to)
		size, err = chunks(out, x, i, q.Limit, to < 0, buffer)
		x.Close()
	}
	return size, err
}

// header passes on the header of what a server answers.
func header(out *Outbox, client *fetch.Client, i int, source *fetch.Source, question Question) error {
	said, err := client.Ask(out.run.ctx, source, question.Method, question.Body)
	if err != nil {
		return err
	}
	var lines strings.Builder
	for name, values := range said {
		for _, value := range values {
			fmt.Fprintf(&lines, "%s: %s\n", strings.ToLower(name), value)
		}
	}
	return out.pass(chunk(i, lines.String()))
}

// chunk returns bytes of an object as a remark.
func chunk(i int, text string) verdict.Result {
	return verdict.Result{Status: verdict.Remarked, List: i, Size: -1, ListedSize: -1, Text: text}
}

var errPassOn = errors.New("nobody takes it")

// chunks passes on the bytes of an object, or of a part. An empty chunk says that they begin.
func chunks(out *Outbox, x *fetch.Section, i int, limit int64, whole bool, buffer []byte) (size int64, err error) {
	text := ""
	for {
		if out.pass(chunk(i, text)) != nil {
			return size, errPassOn
		}
		n, err := x.Read(buffer)
		size += int64(n)
		switch {
		case size > limit, whole && x.Size() > limit: // as the server has said before it was read
			return size, fmt.Errorf("it is larger than %d bytes", limit)
		case err == io.EOF:
			return size, nil
		case err != nil:
			return size, err
		}
		out.run.tally.totalBytes.Add(int64(n))
		out.run.tally.bytes.Add(int64(n))
		text = string(buffer[:n])
	}
}
