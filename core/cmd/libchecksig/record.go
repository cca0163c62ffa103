package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"checksig"
	"checksig/internal/digest"
)

// minBuffer is the least that checksig_next takes, in bytes.
const minBuffer = 4096

// noAlgorithm is the number of no algorithm in a record.
const noAlgorithm = 255

// encoder collects records until a buffer is full.
type encoder struct {
	capacity int
	records  int
	fixed    []byte // the records
	varying  []byte // names, digests and texts
	digests  []byte // of one result
	stat     []byte // of the same
	need     int    // the size of a buffer for the first record that did not fit
}

func (e *encoder) reset(capacity int) {
	*e = encoder{capacity: capacity, fixed: e.fixed[:0], varying: e.varying[:0], digests: e.digests[:0], stat: e.stat[:0]}
}

// add reports whether the result still fitted.
func (e *encoder) add(r *checksig.Result) bool {
	e.pack(r.Digests)
	e.stat = appendStat(e.stat[:0], r.Stat)
	size := recordSize + len(r.Name) + len(r.Listed) + len(r.Found) + len(r.Text) + len(e.digests) + len(e.stat)
	if used := progressSize + len(e.fixed) + len(e.varying); used+size > e.capacity {
		e.need = progressSize + size
		return false
	}
	little := binary.LittleEndian
	b := little.AppendUint64(e.fixed, uint64(r.Size))
	b = little.AppendUint64(b, uint64(r.ListedSize))
	b = little.AppendUint32(b, uint32(len(r.Name)))
	b = little.AppendUint32(b, uint32(len(r.Listed)))
	b = little.AppendUint32(b, uint32(len(r.Text)))
	b = little.AppendUint32(b, uint32(len(e.digests)))
	b = little.AppendUint32(b, uint32(r.Line))
	b = little.AppendUint32(b, uint32(r.List))
	b = little.AppendUint16(b, uint16(len(r.Found)))
	status, kind := byte(r.Status), byte(kindResult)
	switch r.Status {
	case checksig.Undecided:
		status, kind = 0, kindPending
	case checksig.Remarked:
		status, kind = 0, kindRemark
	case checksig.Written:
		status, kind = 0, kindLines
	}
	b = append(b, status, number(r.Algorithm), kind, byte(len(e.stat)), truth(r.Served), 0)
	b = little.AppendUint32(b, r.Number)
	e.fixed = little.AppendUint32(b, 0)
	e.varying = append(e.varying, r.Name...)
	e.varying = append(e.varying, r.Listed...)
	e.varying = append(e.varying, r.Found...)
	e.varying = append(e.varying, r.Text...)
	e.varying = append(e.varying, e.digests...)
	e.varying = append(e.varying, e.stat...)
	e.records++
	return true
}

// pack packs the digests of a result.
func (e *encoder) pack(digests []checksig.Digest) {
	e.digests = e.digests[:0]
	for _, d := range digests {
		b := binary.LittleEndian.AppendUint32(e.digests, uint32(d.Line))
		b = binary.LittleEndian.AppendUint32(b, uint32(d.List))
		b = append(b, number(d.Algorithm), byte(len(d.Found)))
		b = append(b, d.Listed...) // twice as long as found
		e.digests = append(b, d.Found...)
	}
}

// appendStat packs what a file was, if that is known.
func appendStat(b []byte, s *checksig.Stat) []byte {
	if s == nil {
		return b
	}
	for _, value := range []int64{s.Size, s.MTime, s.CTime, s.Inode, s.Device} {
		b = binary.LittleEndian.AppendUint64(b, uint64(value))
	}
	return b
}

// number is the number of an algorithm in checksig_describe.
func number(a *checksig.Algorithm) byte {
	if a == nil {
		return noAlgorithm
	}
	return byte(digest.Index(a))
}

// write writes progress and records, and returns the bytes of records.
func (e *encoder) write(out []byte, s checksig.Totals) int64 {
	if e.records > 0 {
		e.need = 0
	}
	e.progress(out, s)
	n := copy(out[progressSize:], e.fixed)
	n += copy(out[progressSize+n:], e.varying)
	if e.need > 0 {
		return codeMoreRoom
	}
	return int64(n)
}

// finish writes how the run ended.
func (e *encoder) finish(out []byte, s checksig.Totals, err error) int64 {
	if err == io.EOF {
		e.progress(out, s)
		return codeEnd
	}
	text := failure(err)
	if e.need = progressSize + len(text); e.need > len(out) {
		e.progress(out, s)
		return codeMoreRoom
	}
	e.need = copy(out[progressSize:], text)
	e.progress(out, s)
	return codeFailed
}

func (e *encoder) progress(out []byte, s checksig.Totals) {
	var algorithms [2]uint64
	for _, a := range s.Algorithms {
		algorithms[digest.Index(a)/64] |= 1 << (digest.Index(a) % 64)
	}
	little := binary.LittleEndian
	b := little.AppendUint32(out[:0], uint32(e.records))
	b = little.AppendUint32(b, uint32(e.need))
	b = little.AppendUint64(b, uint64(s.Files))
	b = little.AppendUint64(b, uint64(s.TotalBytes))
	b = little.AppendUint64(b, uint64(s.Bytes))
	b = little.AppendUint64(b, uint64(s.Elapsed))
	b = little.AppendUint64(b, algorithms[0])
	b = little.AppendUint64(b, algorithms[1])
	b = little.AppendUint64(b, uint64(s.Repeated))
	b = little.AppendUint64(b, uint64(s.Excluded))
	b = little.AppendUint64(b, uint64(s.Ignored))
	b = little.AppendUint64(b, uint64(s.Bare))
	b = little.AppendUint64(b, uint64(s.Served))
	b = little.AppendUint64(b, uint64(truth(s.Found)))
	for _, count := range s.Counts {
		b = little.AppendUint64(b, uint64(count))
	}
}

// truth is a truth value as a number.
func truth(value bool) byte {
	if value {
		return 1
	}
	return 0
}

// failure is the error of a run as JSON.
func failure(err error) []byte {
	message := strings.ToValidUTF8(err.Error(), "\uFFFD")
	text, _ := json.Marshal(map[string]any{"kind": kind(err), "message": message, "list": listOf(err)})
	return text
}

// listOf returns which list an error is about.
func listOf(err error) int {
	var manifest *checksig.ManifestError
	if errors.As(err, &manifest) {
		return manifest.List
	}
	return 0
}

func kind(err error) string {
	var (
		signature *checksig.SignatureError
		manifest  *checksig.ManifestError
		request   *requestError
		root      *checksig.RootError
	)
	switch {
	case errors.As(err, &signature):
		return "signature"
	case errors.As(err, &manifest):
		return "manifest"
	case errors.As(err, &request):
		return "request"
	case errors.As(err, &root):
		return "root"
	case errors.Is(err, context.Canceled):
		return "cancelled"
	}
	return "internal"
}
