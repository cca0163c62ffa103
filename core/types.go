package checksig

import (
	"checksig/internal/claim"
	"checksig/internal/digest"
	"checksig/internal/fetch"
	"checksig/internal/tree"
	"checksig/internal/verdict"
	"checksig/internal/work"
)

// The nouns of runs, and of their results.
type (
	// List is what a run checks against.
	List = claim.List
	// Entry is one file of a list and the digest that it should have.
	Entry = claim.Entry
	// Item is something that somebody else has under a name, and can read.
	Item = claim.Item
	// Mark says what becomes of an item that no entry names.
	Mark = claim.Mark
	// Settlement is what came of reading a file that was Undecided.
	Settlement = claim.Settlement
	// Rules say which files a run is about, what counts as success, and which
	// results are reported.
	Rules = claim.Rules
	// Part says which part of a claim a run is about.
	Part = claim.Part
	// Span is names from one on and before another.
	Span = claim.Span
	// Reading says how files are read.
	Reading = work.Reading
	// Fetching says how pending files are read that have a URL.
	Fetching = work.Fetching
	// Order says where a pending file is to be read.
	Order = work.Order
	// Question is what is asked of a server about objects.
	Question = work.Question
	// Source is an object on a web server: one version of it.
	Source = fetch.Source
	// Known is what a caller knows of one.
	Known = fetch.Known
	// Run is work under way. Its results must be taken, or the run closed.
	Run = work.Run
	// Algorithm is a row of the table of hash algorithms.
	Algorithm = digest.Algorithm
	// Status is the verdict on one file, out of a closed set. Only OK is success.
	Status = verdict.Status
	// Result is the verdict on one file, or on one malformed line.
	Result = verdict.Result
	// Stat tells one state of a file from another.
	Stat = verdict.Stat
	// Digest is one of several that are listed for a file.
	Digest = verdict.Digest
	// Totals say how far a run has come, and once it has ended, all it did.
	Totals = verdict.Totals
)

// The errors that packages below return.
type (
	// ManifestError is about a list that cannot be used.
	ManifestError = claim.ManifestError
	// PanicError is a fault of this package that was caught before it could end
	// the process.
	PanicError = work.PanicError
)

// The marks of items: what becomes of them if no entry names them.
const (
	Plain      = claim.Plain
	Unnoticed  = claim.Unnoticed
	Remarkable = claim.Remarkable
)

// The parts of a claim.
const (
	Whole  = claim.Whole
	Files  = claim.Files
	Lists  = claim.Lists
	Others = claim.Others
)

// The statuses, in the order in which the C face numbers them.
const (
	OK          = verdict.OK
	Mismatch    = verdict.Mismatch
	Missing     = verdict.Missing
	Unreadable  = verdict.Unreadable
	UnsafePath  = verdict.UnsafePath
	NotRegular  = verdict.NotRegular
	Changed     = verdict.Changed
	Malformed   = verdict.Malformed
	Unlisted    = verdict.Unlisted
	Unsupported = verdict.Unsupported
)

// Undecided is the status of a file without a verdict: see Match.
const Undecided = verdict.Undecided

// Remarked is the status of a remark, which is about a list and is no verdict.
const Remarked = verdict.Remarked

// Written is the status of lines or digests that are handed over together: see Rules.
const Written = verdict.Written

// Forever is the wait of a caller with nothing else to do: see Run.Next.
const Forever = work.Forever

// Cores returns the number of workers that a run has if its options do not say.
func Cores() int { return work.Cores() }

// NoRing says why small files cannot be read through a ring on this machine; "" if they can.
func NoRing() string { return tree.NoBatch() }
