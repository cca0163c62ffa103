package work

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"

	"checksig/internal/claim"
	"checksig/internal/verdict"
)

// orderedTogether is how many bytes go into one result, at least, if there are as many.
const orderedTogether = 64 << 10

// What has come of an entry.
const (
	nothing = iota
	handed  // its digest is there
	apart   // it has a result of its own
)

// ordered hands over what comes of files together, many in a result, in the order of the entries:
// lines of a list, or digests and sizes. Nothing is handed over before all entries before it have
// come to something. What has a result of its own is passed over.
type ordered struct {
	entries []claim.Entry
	apart   []string
	lines   bool
	width   int     // of the digests of a file
	digests []byte  // one behind the other, and each is written by one worker
	sizes   []int64 // likewise, if they are handed over

	mu    sync.Mutex
	out   Outbox
	found []byte // of each entry
	next  int    // the first that was not handed over
	text  []byte
}

// inOrder has what comes of entries handed over together, if that was asked for: by lines, or by
// digests and sizes.
func (r *Run) inOrder(entries []claim.Entry, lines bool) {
	if !r.scope.Together || len(entries) == 0 {
		return
	}
	width := 0
	for e := &entries[0]; e != nil; e = e.Also {
		width += e.Algorithm.Size
	}
	r.ordered = &ordered{
		entries: entries, apart: r.scope.Apart, lines: lines, width: width,
		digests: make([]byte, len(entries)*width), found: make([]byte, len(entries)), out: r.Outbox(),
	}
	if !lines {
		r.ordered.sizes = make([]int64, len(entries))
	}
}

// take notes what has come of a file, and reports whether that is all that is wanted of it. What is
// ok and has no digest is a link.
func (d *ordered) take(from *Outbox, result *verdict.Result) bool {
	place := result.Line - 1
	if d.lines {
		result.Line = 0 // there is no list that it is of
	}
	taken := result.Status == verdict.OK && len(result.Found) == d.width
	if taken && slices.ContainsFunc(d.apart, func(text string) bool { return strings.Contains(result.Name, text) }) {
		result.Text = string(claim.AppendLine(nil, &d.entries[place], hex.EncodeToString([]byte(result.Found))))
		taken = false
	}
	if !taken {
		from.places = append(from.places, noted{place, apart})
		return false
	}
	copy(d.digests[place*d.width:][:d.width], result.Found)
	if d.sizes != nil {
		d.sizes[place] = result.Size
	}
	from.places = append(from.places, noted{place, handed})
	return true
}

// noted is what has come of an entry that others do not know of yet.
type noted struct {
	place int
	found byte
}

// handedOver makes sure, at the end, that something has come of each entry.
func (r *Run) handedOver(err error) error {
	if d := r.ordered; err == nil && d != nil && d.next < len(d.found) {
		return fmt.Errorf("internal error: %d of %d files were handed over", d.next, len(d.found))
	}
	return err
}

// handOver makes known what has come of entries, and hands over what can be. If another does so, it
// does nothing unless it is to wait for it.
func (d *ordered) handOver(from *Outbox, wait bool) error {
	if wait {
		d.mu.Lock()
	} else if !d.mu.TryLock() {
		return nil
	}
	defer d.mu.Unlock()
	for _, each := range from.places {
		d.found[each.place] = each.found
	}
	from.places = from.places[:0]
	for d.next < len(d.found) && d.found[d.next] != nothing {
		if d.found[d.next] == apart {
			d.next++
			continue
		}
		end := d.next
		for most := d.next + max(1, orderedTogether/d.width); end < min(most, len(d.found)) && d.found[end] == handed; {
			end++
		}
		if err := d.out.pass(d.result(d.next, end)); err != nil {
			return err
		}
		d.next = end
	}
	return d.out.Flush()
}

// result returns what is handed over of entries.
func (d *ordered) result(start, end int) verdict.Result {
	result := verdict.Result{
		Status: verdict.Written, Size: -1, ListedSize: -1, Line: start + 1, Number: uint32(end - start),
	}
	digests := d.digests[start*d.width : end*d.width]
	d.text = d.text[:0]
	if d.lines {
		result.Name = d.entries[start].Name
		digits := hex.EncodeToString(digests)
		for i := range d.entries[start:end] {
			d.text = claim.AppendLine(d.text, &d.entries[start+i], digits[2*i*d.width:][:2*d.width])
		}
		result.Text = string(d.text)
		return result
	}
	for _, size := range d.sizes[start:end] {
		d.text = binary.LittleEndian.AppendUint64(d.text, uint64(size))
	}
	result.Listed, result.Text = string(d.text), string(digests)
	return result
}
