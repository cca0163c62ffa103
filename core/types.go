package checksig

import (
	"checksig/internal/digest"
	"checksig/internal/sums"
	"checksig/internal/verdict"
)

// What runs are made of, and what comes of them.
type (
	// Entry is one file of a list and the digest that it should have.
	Entry = sums.Entry
	// Algorithm is a row of the table of hash algorithms.
	Algorithm = digest.Algorithm
	// Status is the verdict on one file, out of a closed set. Only OK is success.
	Status = verdict.Status
	// Result is the verdict on one file, or on one malformed line.
	Result = verdict.Result
	// Digest is one of several that are listed for a file.
	Digest = verdict.Digest
	// Totals say how far a run has come, and once it has ended, all it did.
	Totals = verdict.Totals
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
