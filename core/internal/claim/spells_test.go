package claim

import (
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestADigestIsSpelledInEitherCaseAndNoOtherWay holds spells against the standard library.
func TestADigestIsSpelledInEitherCaseAndNoOtherWay(t *testing.T) {
	if spells("", nil) || spells("00", nil) || spells("", []byte{0}) {
		t.Error("nothing spells nothing")
	}
	for range 10_000 {
		found := make([]byte, 1+rand.IntN(64))
		for i := range found {
			found[i] = byte(rand.Uint32())
		}
		listed := []byte(hex.EncodeToString(found))
		for i := range listed {
			if rand.IntN(2) == 0 {
				listed[i] = strings.ToUpper(string(listed[i : i+1]))[0]
			}
		}
		if !spells(string(listed), found) {
			t.Fatalf("%s is not %x", listed, found)
		}
		listed[rand.IntN(len(listed))] ^= 1 << rand.IntN(8)
		same, err := hex.DecodeString(string(listed))
		if want := err == nil && string(same) == string(found); spells(string(listed), found) != want {
			t.Fatalf("%q is %x: %v", listed, found, !want)
		}
		if spells(string(listed[1:]), found) || spells(string(listed)+"00", found) {
			t.Fatal("a digest is as long as it is")
		}
	}
}
