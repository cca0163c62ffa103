package main

import (
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"checksig"
	"checksig/internal/digest"
)

// settlement packs a settlement.
func settlement(number uint32, status byte, size int64, data string) string {
	b := binary.LittleEndian.AppendUint32(nil, number)
	b = binary.LittleEndian.AppendUint64(append(b, status, 0, 0, 0), uint64(size))
	return string(binary.LittleEndian.AppendUint32(b, uint32(len(data)))) + data
}

// split takes so many records, and returns those of pending files by their names.
func split(t *testing.T, s *session, n int) (pending map[string]record, others []string) {
	t.Helper()
	pending = make(map[string]record)
	for len(pending)+len(others) < n {
		list, code, failure := take(t, s)
		if code != 0 {
			t.Fatal(code, failure)
		}
		for _, r := range list {
			if r.kind == kindPending {
				pending[r.name] = r
			} else {
				others = append(others, fmt.Sprintf("%s %d %s", r.name, r.status, r.text))
			}
		}
	}
	return pending, others
}

func TestAPendingFileIsSettledByItsNumber(t *testing.T) {
	text := line1("a", "a") + line1("b", "b") + fmt.Sprintf("%x  b\n", md5.Sum([]byte("b"))) + line1("gone", "x")
	items := item("a", 1, 0, 0, "") + item("b", 1, 0, 0, "") + item("./c", -1, 0, 0, "") + item("d", 0, 3, 2, "locked")
	s := begin(t, "match", map[string]any{"complete": true, "keep_ok": true}, map[string]string{"items": items}, text)
	pending, others := split(t, s, 6)
	slices.Sort(others)
	if want := []string{"./c 8 ", "d 3 locked", "d 8 ", "gone 2 no such file"}; !slices.Equal(others, want) {
		t.Errorf("got %q, want %q", others, want)
	}
	a, b := pending["a"], pending["b"]
	sha1Number, md5Number := byte(digest.Index(digest.Lookup("sha1"))), byte(digest.Index(digest.Lookup("md5")))
	if a.status != 0 || a.size != -1 || a.listedSize != -1 || a.algorithm != sha1Number || a.found+a.text+a.digests != "" ||
		a.listed != fmt.Sprintf("%x", sum1("a")) || a.number == b.number {
		t.Errorf("%+v", a)
	}
	if zeros := strings.Repeat("\x00", 20); len(b.digests) != 2*10+3*20+3*16 || b.digests[8] != sha1Number ||
		b.digests[10+40:10+60] != zeros || b.digests[70+8] != md5Number {
		t.Errorf("digests %q", b.digests)
	}
	if !s.settle([]byte(settlement(a.number, 0, 1, sum1("a")))) {
		t.Error("a was not settled")
	}
	buffer := make([]byte, 4096)
	if list := records(t, buffer, s.next(buffer, 0)); len(list) != 1 || list[0].name != "a" || list[0].kind != kindResult ||
		list[0].status != 0 || list[0].found != sum1("a") || list[0].size != 1 {
		t.Errorf("%+v", list)
	}
	both := md5.Sum([]byte("b"))
	if !s.settle([]byte(settlement(b.number, 0, 1, sum1("b")+string(both[:])))) {
		t.Error("b was not settled")
	}
	list, _, _ := take(t, s)
	if len(list) != 1 || list[0].name != "b" || list[0].status != 0 || !strings.HasSuffix(list[0].digests, string(both[:])) {
		t.Errorf("%+v", list)
	}
	if _, code, failure := take(t, s); code != codeEnd {
		t.Error(code, failure)
	}
}

func TestSettlementsBeforeABadOneStand(t *testing.T) {
	good := func(number uint32) string { return settlement(number, 0, 1, sum1("a")) }
	unread := []byte(good(1))
	unread[6] = 1
	twice := []byte(good(1))
	twice[5] = 2
	for name, bad := range map[string]string{
		"unknown": good(7), "again": good(0), "short": good(1)[:30], "head alone": good(1)[:19], "among, and not served": string(unread), "twice served": string(twice),
		"mismatch": settlement(1, 1, 1, "why"), "no status": settlement(1, 200, 1, "why"), "no size": settlement(1, 0, -1, sum1("a")),
		"long": settlement(1, 0, 1, sum1("a")+"x"),
	} {
		items := item("a", 1, 0, 0, "") + item("b", 1, 0, 0, "") + item("c", 1, 0, 0, "")
		s := begin(t, "match", nil, map[string]string{"items": items}, line1("a", "a")+line1("b", "a")+line1("c", "a"))
		if list, _, _ := take(t, s); len(list) != 3 || list[2].number != 2 {
			t.Fatalf("%+v", list)
		}
		behind := good(2)
		if len(bad) < len(behind) {
			behind = "" // it would be the rest of the one that is cut short
		}
		if s.settle([]byte(good(0) + bad + behind)) {
			t.Errorf("%s: taken", name)
		}
		if counts := s.run.Totals().Counts; counts[checksig.OK] != 1 {
			t.Errorf("%s: counts %v", name, counts)
		}
		if !s.settle([]byte(good(2)+good(1))) || !s.settle(nil) {
			t.Errorf("%s: what is right was not taken", name)
		}
		if _, code, failure := take(t, s); code != codeEnd {
			t.Error(name, code, failure)
		}
	}
}

func TestOnlyAMatchIsSettled(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "a"), []byte("a"), 0o644))
	s := begin(t, "verify", nil, map[string]string{"root": dir}, line1("a", "a"))
	if s.settle(nil) || s.settle([]byte(settlement(0, 3, -1, "why"))) {
		t.Error("settled")
	}
	if _, code, failure := take(t, s); code != codeEnd {
		t.Error(code, failure)
	}
}

func TestAMatchThatIsCancelledWhileFilesArePendingFails(t *testing.T) {
	s := begin(t, "match", nil, map[string]string{"items": item("a", 1, 0, 0, "")}, line1("a", "a"))
	if list, _, _ := take(t, s); len(list) != 1 || list[0].kind != kindPending {
		t.Fatalf("%+v", list)
	}
	if n := s.next(make([]byte, 4096), 50*time.Millisecond); n != 0 {
		t.Errorf("%d, and a file is pending", n)
	}
	s.run.Close()
	if _, code, failure := take(t, s); code != codeFailed || !strings.Contains(failure, "cancelled") {
		t.Error(code, failure)
	}
	began := time.Now()
	s.close()
	if took := time.Since(began); took > closeWait {
		t.Errorf("took %v", took)
	}
}

func TestARecordThatDoesNotFitSaysHowMuchItNeeds(t *testing.T) {
	name := strings.Repeat("n", 5000)
	s := begin(t, "match", nil, map[string]string{"items": item(name, 1, 0, 0, "")}, line1(name, "a"))
	small := make([]byte, minBuffer)
	code := int64(0)
	for code == 0 {
		code = s.next(small, time.Second)
	}
	if need := binary.LittleEndian.Uint32(small[4:]); code != codeMoreRoom || int(need) != progressSize+recordSize+5000+40 {
		t.Fatalf("code %d, need %d", code, need)
	}
	if list, _, _ := take(t, s); len(list) != 1 || list[0].name != name || list[0].kind != kindPending {
		t.Errorf("%+v", list)
	}
}

// TestNextIsWokenBySettle: a result does not wait for others, nor for the time to be
// over.
func TestNextIsWokenBySettle(t *testing.T) {
	items := item("a", 1, 0, 0, "") + item("b", 1, 0, 0, "")
	s := begin(t, "match", map[string]any{"keep_ok": true}, map[string]string{"items": items}, line1("a", "a")+line1("b", "b"))
	if list, _, _ := take(t, s); len(list) != 2 {
		t.Fatalf("%+v", list)
	}
	go func() {
		time.Sleep(20 * time.Millisecond)
		s.settle([]byte(settlement(0, 0, 1, sum1("a"))))
	}()
	buffer := make([]byte, minBuffer)
	began := time.Now()
	list := records(t, buffer, s.next(buffer, 10*time.Second))
	if took := time.Since(began); len(list) != 1 || list[0].name != "a" || took > 5*time.Second {
		t.Errorf("after %v: %+v", took, list)
	}
}
