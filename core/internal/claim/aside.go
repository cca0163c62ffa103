package claim

import "checksig/internal/digest"

// setAside leaves out digests of algorithms that are slow, where a file has a strong one in
// another: they would prove nothing more, and take longer than all else. It counts them.
func setAside(merged []Entry, found tally) {
	for i := range merged {
		if head := &merged[i]; head.Also != nil && isStrong(head) {
			*head = withoutSlow(*head, found)
		}
	}
}

// isStrong reports whether a file has a strong digest in an algorithm that is not slow.
func isStrong(head *Entry) bool {
	for e := head; e != nil; e = e.Also {
		if a := e.Algorithm; a != nil && !a.Slow && a.Strength == digest.Strong {
			return true
		}
	}
	return false
}

// withoutSlow returns an entry without its slow digests, which it counts. One of it is not slow.
func withoutSlow(head Entry, found tally) Entry {
	var first, last *Entry
	for e := &head; e != nil; {
		next := e.Also
		if e.Algorithm != nil && e.Algorithm.Slow {
			found.add(int(e.List), e.Algorithm.Tag)
		} else {
			e.Also = nil
			if first == nil {
				first = e
			} else {
				last.Also = e
			}
			last = e
		}
		e = next
	}
	first.Size = head.Size
	return *first
}
