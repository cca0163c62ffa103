package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"

	"checksig"
	"checksig/internal/sums"
)

// requestError is about a request that makes no sense.
type requestError struct {
	reason string
}

func (e *requestError) Error() string { return e.reason }

// header is the JSON line of a request: see checksig_start.
type header struct {
	Op        string `json:"op"`
	Root      int    `json:"root"`
	List      int    `json:"list"`
	Entries   int    `json:"entries"`
	Paths     int    `json:"paths"`
	Exclude   int    `json:"exclude"`
	Algorithm string `json:"algorithm"`
	Untagged  string `json:"untagged"`
	Style     string `json:"style"`
	Workers   int    `json:"workers"`
	Readers   int    `json:"readers"`
	DropCache bool   `json:"drop_cache"`
	Disable   string `json:"disable"`
	KeepOK    bool   `json:"keep_ok"`
	Unlisted  bool   `json:"unlisted"`
	Complete  bool   `json:"complete"`
	Fault     bool   `json:"fault"`
}

// request is a header with the bytes behind it, told apart.
type request struct {
	header
	root, list, entries, paths, exclude string
	algorithm, untagged                 *checksig.Algorithm
	options                             checksig.Options
}

var styles = map[string]sums.Style{"": sums.Text, "text": sums.Text, "binary": sums.Binary, "tag": sums.Tag}

// startRequest starts what a request asks for. A request that makes no sense
// becomes a run that fails at once, so that there is one way to hear of errors.
func startRequest(data string) *checksig.Run {
	ctx := context.Background()
	r, err := parseRequest(data)
	if err != nil {
		return checksig.Failed(err)
	}
	switch r.Op {
	case "check":
		return checksig.StartCheck(ctx, r.root, r.options)
	case "verify":
		entries, err := unpackEntries(r.entries)
		if err != nil {
			return checksig.Failed(err)
		}
		list := checksig.List{Text: r.list, Entries: entries,
			Options: sums.Options{Algorithm: r.algorithm, Untagged: r.untagged}}
		return checksig.Verify(ctx, r.root, list, r.options)
	case "create":
		return checksig.Create(ctx, r.root, r.options)
	case "hash":
		paths, err := unpackNames(r.paths)
		if err != nil {
			return checksig.Failed(err)
		}
		return checksig.Hash(ctx, paths, r.options)
	case "measure":
		return checksig.Measure(ctx, r.root, r.options)
	}
	return checksig.Failed(&requestError{fmt.Sprintf("unknown operation %q", r.Op)})
}

func parseRequest(data string) (*request, error) {
	line, rest, found := strings.Cut(data, "\n")
	r := &request{}
	if err := json.Unmarshal([]byte(line), &r.header); err != nil || !found {
		return nil, &requestError{"the request does not begin with a line of JSON"}
	}
	for _, part := range []struct {
		length int
		bytes  *string
	}{{r.Root, &r.root}, {r.List, &r.list}, {r.Entries, &r.entries}, {r.Paths, &r.paths}, {r.Exclude, &r.exclude}} {
		if part.length < 0 || part.length > len(rest) {
			return nil, &requestError{"the request is shorter than it says"}
		}
		*part.bytes, rest = rest[:part.length], rest[part.length:]
	}
	return r, r.settle()
}

// settle resolves what a request names.
func (r *request) settle() (err error) {
	if r.algorithm, err = lookup(r.Algorithm); err != nil {
		return err
	}
	if r.untagged, err = lookup(r.Untagged); err != nil {
		return err
	}
	if r.algorithm == nil && (r.Op == "create" || r.Op == "hash" || r.Op == "measure") {
		return &requestError{"no algorithm to hash with"}
	}
	style, ok := styles[r.Style]
	if !ok {
		return &requestError{fmt.Sprintf("unknown style %q", r.Style)}
	}
	exclude, err := unpackNames(r.exclude)
	r.options = checksig.Options{
		Workers: r.Workers, Readers: r.Readers, DropCache: r.DropCache, Disable: r.Disable,
		KeepOK: r.KeepOK, Unlisted: r.Unlisted, Complete: r.Complete,
		Exclude: exclude, Algorithm: r.algorithm, Style: style, Fault: r.Fault,
	}
	return err
}

// lookup finds an algorithm that need not be named.
func lookup(name string) (*checksig.Algorithm, error) {
	if name == "" {
		return nil, nil
	}
	algorithm, err := checksig.Lookup(name)
	if err != nil {
		return nil, &requestError{err.Error()}
	}
	return algorithm, nil
}

// unpackNames undoes the packing of names: a length before each.
func unpackNames(data string) (names []string, err error) {
	for data != "" {
		var numbers, name string
		if numbers, data, err = cut(data, 4); err != nil {
			return nil, err
		}
		if name, data, err = cut(data, number(numbers)); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// unpackEntries undoes the packing of entries: four numbers, three strings.
func unpackEntries(data string) (entries []checksig.Entry, err error) {
	for data != "" {
		var numbers string
		if numbers, data, err = cut(data, 16); err != nil {
			return nil, err
		}
		entry := checksig.Entry{Line: number(numbers)}
		for i, part := range []*string{&entry.Name, &entry.Tag, &entry.Digest} {
			if *part, data, err = cut(data, number(numbers[4+4*i:])); err != nil {
				return nil, err
			}
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

// number reads a 32-bit number at the start of data.
func number(data string) int {
	return int(binary.LittleEndian.Uint32([]byte(data[:4])))
}

// cut splits n bytes off the start of data.
func cut(data string, n int) (part, rest string, err error) {
	if n > len(data) {
		return "", "", &requestError{"packed bytes end in the middle of a record"}
	}
	return data[:n], data[n:], nil
}
