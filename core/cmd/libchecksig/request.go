package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"checksig"
	"checksig/internal/digest"
	"checksig/internal/sums"
)

// requestError is about a request that makes no sense.
type requestError struct {
	reason string
}

func (e *requestError) Error() string { return e.reason }

// header is the JSON line of a request: see checksig_start.
type header struct {
	Op            string       `json:"op"`
	Root          int          `json:"root"`
	Paths         int          `json:"paths"`
	Items         int          `json:"items"`
	Orders        int          `json:"orders"`
	Body          int          `json:"body"`
	Own           int          `json:"own"`
	Require       int          `json:"require"`
	Include       int          `json:"include"`
	Exclude       int          `json:"exclude"`
	Unbound       int          `json:"unbound"`
	Apart         int          `json:"apart"`
	Lists         []listHeader `json:"lists"`
	Algorithm     string       `json:"algorithm"`
	Algorithms    []string     `json:"algorithms"`
	MinStrength   string       `json:"min_strength"`
	Style         string       `json:"style"`
	Workers       int          `json:"workers"`
	Readers       int          `json:"readers"`
	DropCache     bool         `json:"drop_cache"`
	Stat          bool         `json:"stat"`
	BWLimit       int64        `json:"bwlimit"`
	Sizes         bool         `json:"sizes"`
	Disable       string       `json:"disable"`
	KeepOK        bool         `json:"keep_ok"`
	Together      bool         `json:"together"`
	Compared      bool         `json:"compared"`
	Unlisted      bool         `json:"unlisted"`
	Complete      bool         `json:"complete"`
	Within        string       `json:"within"`
	Mounts        bool         `json:"mounts"`
	IgnoreMissing bool         `json:"ignore_missing"`
	Symlinks      string       `json:"symlinks"`
	SizeOnly      bool         `json:"size_only"`
	Part          string       `json:"part"`
	Span          int          `json:"span"`
	Presumed      bool         `json:"presumed"`
	Offered       bool         `json:"offered"`
	Fetch         *fetching    `json:"fetch"`
	Limit         int64        `json:"limit"`
	Method        string       `json:"method"`
	From          int64        `json:"from"`
	To            int64        `json:"to"`
	Fault         bool         `json:"fault"`
}

// fetching is the part of a header that is about URLs.
type fetching struct {
	Roots     string            `json:"roots"`
	Proxies   map[string]string `json:"proxies"`
	Redirects []string          `json:"redirects"`
	Timeout   int64             `json:"timeout"`
	Window    int               `json:"window"`
}

// listHeader is the part of a header that is about one list.
type listHeader struct {
	Base     int    `json:"base"`
	Text     int    `json:"text"`
	Entries  int    `json:"entries"`
	Untagged string `json:"untagged"`
	Family   string `json:"family"`
	Zero     bool   `json:"zero"`
	First    int    `json:"first"`
	Slashes  bool   `json:"backslashes"`
}

// request is a header with the bytes behind it, told apart.
type request struct {
	header
	root    string
	paths   []string
	items   []checksig.Item
	sources []*checksig.Source
	body    string
	lists   []checksig.List
	options checksig.Options
}

var styles = map[string]sums.Style{"": sums.Text, "text": sums.Text, "binary": sums.Binary, "tag": sums.Tag}

var claimParts = map[string]checksig.Part{
	"": checksig.Whole, "files": checksig.Files, "lists": checksig.Lists, "others": checksig.Others,
}

// startRequest starts what a request asks for. A request that makes no sense
// becomes a run that fails at once, so that there is one way to hear of errors.
func startRequest(data string) *session {
	r, err := parseRequest(data)
	if err != nil {
		return &session{run: checksig.Failed(err)}
	}
	return &session{run: r.start(), settles: r.Op == "match" || r.Op == "collect", offered: r.Offered}
}

// start starts the operation of a request.
func (r *request) start() *checksig.Run {
	ctx := context.Background()
	switch r.Op {
	case "check":
		return checksig.StartCheck(ctx, r.root, r.options)
	case "verify":
		return checksig.Verify(ctx, r.root, r.lists, r.options)
	case "outline":
		path := ""
		if len(r.paths) > 0 {
			path = r.paths[0]
		}
		return checksig.Outline(ctx, r.root, path, r.lists[0], r.options)
	case "divide":
		return checksig.Divide(ctx, r.root, r.lists, r.options)
	case "match":
		return checksig.Match(ctx, r.items, r.lists, r.options)
	case "create":
		return checksig.Create(ctx, r.root, r.options)
	case "collect":
		return checksig.Collect(ctx, r.items, r.options)
	case "hash":
		return checksig.Hash(ctx, r.root, r.paths, r.options)
	case "get":
		return checksig.Get(ctx, r.sources, r.question(), r.options)
	case "measure":
		return checksig.Measure(ctx, r.root, r.options)
	}
	return checksig.Failed(&requestError{fmt.Sprintf("unknown operation %q", r.Op)})
}

// question returns what "get" asks.
func (r *request) question() checksig.Question {
	return checksig.Question{Method: r.Method, Body: r.body, Limit: r.Limit, From: r.From, To: r.To}
}

func parseRequest(data string) (*request, error) {
	line, rest, found := strings.Cut(data, "\n")
	r := &request{}
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.DisallowUnknownFields() // a rule that is not understood must not be passed over
	if err := decoder.Decode(&r.header); err != nil || !found {
		return nil, &requestError{"the request does not begin with a line of JSON that is understood"}
	}
	bytes := &parts{rest: rest}
	r.root = bytes.take(r.Root)
	r.paths, r.items = bytes.names(r.Paths), bytes.items(r.Items)
	for packed := (&parts{rest: bytes.take(r.Orders)}); packed.rest != ""; {
		order, err := packed.order()
		if err != nil {
			return nil, err
		}
		r.sources = append(r.sources, order.Source)
	}
	r.body = bytes.take(r.Body)
	r.options.Reading = checksig.Reading{
		Workers: r.Workers, Readers: r.Readers, DropCache: r.DropCache, Disable: r.Disable, Stat: r.Stat,
		BWLimit: r.BWLimit, Sizes: r.Sizes, Fault: r.Fault,
	}
	r.options.Rules = checksig.Rules{
		KeepOK: r.KeepOK, Unlisted: r.Unlisted, Complete: r.Complete, Within: r.Within, Mounts: r.Mounts,
		IgnoreMissing: r.IgnoreMissing, RefuseLinks: r.Symlinks == "refuse", RecordLinks: r.Symlinks == "record", SizeOnly: r.SizeOnly,
		Compared: r.Compared,
	}
	r.options.Own, r.options.Require = bytes.names(r.Own), bytes.names(r.Require)
	r.options.Include, r.options.Exclude = bytes.names(r.Include), bytes.names(r.Exclude)
	r.options.Unbound, r.options.Apart = bytes.names(r.Unbound), bytes.names(r.Apart)
	if span := bytes.names(r.Span); len(span) == 2 {
		r.options.Span = checksig.Span{From: span[0], To: span[1]}
	}
	for _, list := range r.Lists {
		parsed := checksig.List{Base: bytes.take(list.Base), Text: bytes.take(list.Text)}
		parsed.Entries, parsed.Malformed = bytes.entries(list.Entries)
		parsed.Options.Zero, parsed.Options.Family, parsed.Options.First = list.Zero, list.Family, list.First
		parsed.Backslashes = list.Slashes
		r.lists = append(r.lists, parsed)
	}
	if bytes.err != nil {
		return nil, bytes.err
	}
	return r, r.settle()
}

// settle resolves what a request names.
func (r *request) settle() error {
	if r.Op == "match" && r.Paths > 0 {
		return &requestError{"match takes items, not paths"}
	}
	if r.Op == "outline" && (len(r.lists) != 1 || len(r.paths) > 1) {
		return &requestError{"an outline is of one list"}
	}
	var known bool
	if r.options.Part, known = claimParts[r.Part]; !known {
		return &requestError{fmt.Sprintf("unknown part %q", r.Part)}
	}
	if r.Span > 0 && (r.Op != "verify" || r.options.Part != checksig.Others) {
		return &requestError{"a span of names is for verify, and a part about what is not listed"}
	}
	if r.Offered && (r.Op != "match" || r.Items > 0 || r.Presumed) {
		return &requestError{"items that are offered are for match, and are all that there is"}
	}
	only, err := lookup(r.Algorithm)
	if err != nil {
		return err
	}
	for i := range r.lists {
		r.lists[i].Options.Algorithm = only
		if r.lists[i].Options.Untagged, err = lookup(r.Lists[i].Untagged); err != nil {
			return err
		}
	}
	for _, name := range r.Algorithms {
		algorithm, err := lookup(name)
		if err != nil {
			return err
		}
		r.options.Algorithms = append(r.options.Algorithms, algorithm)
	}
	if len(r.Algorithms) == 0 && slices.Contains([]string{"create", "collect", "hash", "measure"}, r.Op) {
		return &requestError{"no algorithm to hash with"}
	}
	if r.options.Together = r.Together; r.Together && r.Op != "hash" && (r.Op != "create" || len(r.Algorithms) != 1) {
		return &requestError{"hash hands over files together, and create, of one algorithm"}
	}
	if r.options.Style, known = styles[r.Style]; !known {
		return &requestError{fmt.Sprintf("unknown style %q", r.Style)}
	}
	if !slices.Contains([]string{"", "inside", "refuse", "record"}, r.Symlinks) {
		return &requestError{fmt.Sprintf("unknown way with symbolic links %q", r.Symlinks)}
	}
	if !slices.Contains([]string{"", "GET", "HEAD", "PUT", "POST"}, r.Method) {
		return &requestError{fmt.Sprintf("unknown method %q", r.Method)}
	}
	if err := r.settleFetching(); err != nil {
		return err
	}
	if r.From < 0 || r.To < 0 || r.To > 0 && r.To <= r.From {
		return &requestError{"a part that ends before it begins"}
	}
	if r.BWLimit < 0 {
		return &requestError{"a limit of less than no bytes"}
	}
	r.options.MinStrength = digest.Strength(r.MinStrength)
	if r.MinStrength != "" && !slices.Contains(digest.Strengths, r.options.MinStrength) {
		return &requestError{fmt.Sprintf("unknown strength %q", r.MinStrength)}
	}
	return nil
}

// settleFetching takes what a request says of URLs.
func (r *request) settleFetching() error {
	r.options.Presumed, r.options.Offered = r.Presumed, r.Offered
	if r.Fetch == nil {
		return nil
	}
	if r.Fetch.Timeout <= 0 || r.Fetch.Window < 0 {
		return &requestError{"no time in which a server has to answer"}
	}
	r.options.Served = true
	r.options.Fetching = &checksig.Fetching{Readers: r.Readers, Window: r.Fetch.Window}
	f := &r.options.Fetching.Settings
	f.Roots, f.Proxies, f.Redirects = r.Fetch.Roots, r.Fetch.Proxies, r.Fetch.Redirects
	f.Timeout, f.Agent = time.Duration(r.Fetch.Timeout)*time.Millisecond, "checksig/"+version
	return nil
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
