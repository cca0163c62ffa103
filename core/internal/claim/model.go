package claim

import (
	"slices"

	"checksig/internal/digest"
	"checksig/internal/sums"
)

// Model returns an entry that asks for the digests of a file.
func Model(algorithms []*digest.Algorithm, style sums.Style) Entry {
	entry := Entry{Algorithm: algorithms[0], Size: -1, Style: style}
	for _, algorithm := range slices.Backward(algorithms[1:]) {
		entry.Also = &Entry{Algorithm: algorithm, Also: entry.Also}
	}
	return entry
}
