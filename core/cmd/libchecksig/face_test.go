package main

import (
	"crypto/sha1"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// record is a record as C sees it, with what stands behind it.
type record struct {
	size, listedSize                   int64
	line, list, number                 uint32
	status, algorithm, kind            byte
	name, listed, found, text, digests string
	stat                               []int64
}

// records reads what next has written, by the offsets of struct checksig_record.
func records(t *testing.T, buffer []byte, n int64) (list []record) {
	t.Helper()
	little := binary.LittleEndian
	count := int(little.Uint32(buffer))
	fixed := buffer[progressSize:]
	rest := parts{rest: string(buffer[progressSize+count*56 : progressSize+n])}
	for i := range count {
		b := fixed[i*56:]
		length := func(at int) int { return int(little.Uint32(b[at:])) }
		r := record{
			size: int64(little.Uint64(b)), listedSize: int64(little.Uint64(b[8:])),
			line: little.Uint32(b[32:]), list: little.Uint32(b[36:]),
			status: b[42], algorithm: b[43], kind: b[44], number: little.Uint32(b[48:]),
		}
		r.name, r.listed = rest.take(length(16)), rest.take(length(20))
		r.found = rest.take(int(little.Uint16(b[40:])))
		r.text, r.digests = rest.take(length(24)), rest.take(length(28))
		for range b[45] / 8 {
			r.stat = append(r.stat, rest.long())
		}
		if b[46] != 0 || b[47] != 0 || little.Uint32(b[52:]) != 0 || b[45] != 0 && b[45] != 40 {
			t.Errorf("reserved bytes: % x", b[44:56])
		}
		list = append(list, r)
	}
	if rest.rest != "" || rest.err != nil {
		t.Errorf("%d bytes are left over, %v", len(rest.rest), rest.err)
	}
	return list
}

// order is that of the parts behind a header.
var order = []string{"root", "paths", "items", "own", "require", "include", "exclude"}

// begin starts a run over one list.
func begin(t *testing.T, op string, settings map[string]any, packed map[string]string, text string) *session {
	t.Helper()
	header := map[string]any{"op": op, "lists": []map[string]any{{"text": len(text)}}}
	behind := ""
	for _, name := range order {
		header[name] = len(packed[name])
		behind += packed[name]
	}
	for name, value := range settings {
		header[name] = value
	}
	line, err := json.Marshal(header)
	must(t, err)
	s := startRequest(string(line) + "\n" + behind + text)
	t.Cleanup(s.close)
	return s
}

// item packs an item.
func item(name string, size int64, status, mark byte, reason string) string {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(name)))
	b = binary.LittleEndian.AppendUint64(b, uint64(size))
	b = binary.LittleEndian.AppendUint32(append(b, status, mark), uint32(len(reason)))
	return string(b) + name + reason
}

// take calls next until it has something to say, and returns the records, or a code
// and the JSON of an error.
func take(t *testing.T, s *session) (list []record, code int64, failure string) {
	t.Helper()
	buffer := make([]byte, 1<<16)
	for {
		n := s.next(buffer, time.Second)
		switch {
		case n > 0:
			return records(t, buffer, n), 0, ""
		case n == codeFailed:
			return nil, n, string(buffer[progressSize : progressSize+int(binary.LittleEndian.Uint32(buffer[4:]))])
		case n < 0:
			return nil, n, ""
		}
	}
}

func sum1(content string) string { sum := sha1.Sum([]byte(content)); return string(sum[:]) }

func line1(name, content string) string { return fmt.Sprintf("%x  %s\n", sum1(content), name) }

func TestSizesOfStructuresAreThoseOfTheContract(t *testing.T) {
	if recordSize != 56 || progressSize != 184 || abiVersion != 16 {
		t.Errorf("record %d, progress %d, ABI %d", recordSize, progressSize, abiVersion)
	}
	var d struct {
		ABI      int      `json:"abi"`
		Record   int      `json:"record_size"`
		Progress int      `json:"progress_size"`
		Statuses []string `json:"statuses"`
	}
	must(t, json.Unmarshal(description(), &d))
	if d.ABI != abiVersion || d.Record != recordSize || d.Progress != progressSize || len(d.Statuses) != 10 {
		t.Errorf("%+v", d)
	}
}

func TestTheHeaderDeclaresWhatGoExports(t *testing.T) {
	find := func(path, pattern string) (names []string) {
		text, err := os.ReadFile(path)
		must(t, err)
		for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
			names = append(names, match[1])
		}
		slices.Sort(names)
		return names
	}
	declared := find("checksig.h", `(?m)^\w+ \*?(\w+)\([^)]*\);$`)
	if exported := find("export.go", `(?m)^//export (\w+)$`); len(declared) < 14 || !slices.Equal(declared, exported) {
		t.Errorf("declared %q, exported %q", declared, exported)
	}
	keys := find("checksig.h", `(?m)^ \*   +"(\w+)" `)
	fields := slices.Concat(find("request.go", `json:"(\w+)"`), find("hasher.go", `json:"(\w+)"`), find("primitive.go", `json:"(\w+)"`), []string{"copy", "kernel", "mapped", "open", "part", "ring", "stream"})
	for _, key := range keys {
		if !slices.Contains(fields, key) {
			t.Errorf("no request has %q", key)
		}
	}
	for _, field := range fields {
		if !slices.Contains(keys, field) {
			t.Errorf("the header says nothing of %q", field)
		}
	}
}

func TestItemsThatMakeNoSenseAreRefused(t *testing.T) {
	good := item("a", 1, 0, 0, "")
	for name, items := range map[string]string{
		"short": good[:len(good)-1], "status": item("a", 1, 10, 0, ""), "mark": item("a", 1, 3, 3, ""), "size": item("a", -2, 0, 0, ""),
		"ok and reported": item("a", 1, 0, 2, ""), "the first of two": item("a", 1, 10, 0, "") + good,
	} {
		s := begin(t, "match", nil, map[string]string{"items": items}, line1("a", "a"))
		if _, code, failure := take(t, s); code != codeFailed || !strings.Contains(failure, `"request"`) {
			t.Error(name, code, failure)
		}
	}
	s := begin(t, "match", nil, map[string]string{"items": good, "paths": "\x01\x00\x00\x00a"}, line1("a", "a"))
	if _, code, failure := take(t, s); code != codeFailed || !strings.Contains(failure, `"request"`) {
		t.Error(code, failure)
	}
}

func TestNamesAndPatternsComeInTheirOrder(t *testing.T) {
	pack := func(names ...string) (packed string) {
		for _, name := range names {
			packed += string(binary.LittleEndian.AppendUint32(nil, uint32(len(name)))) + name
		}
		return packed
	}
	packed := map[string]string{
		"items": item("a.txt", 1, 0, 0, "") + item("own.txt", 1, 0, 0, "") + item("x.txt", 1, 0, 0, "") + item("b.bin", 1, 0, 0, ""),
		"own":   pack("own.txt"), "require": pack("r.txt"), "include": pack("*.txt", "*.csv"), "exclude": pack("x.*"),
	}
	s := begin(t, "match", map[string]any{"complete": true, "min_strength": "strong"}, packed, line1("a.txt", "a")+line1("b.bin", "b"))
	var got []string
	for {
		list, code, failure := take(t, s)
		if code != 0 {
			if code != codeEnd {
				t.Error(failure)
			}
			break
		}
		for _, r := range list {
			got = append(got, fmt.Sprintf("%s %d", r.name, r.status))
		}
	}
	slices.Sort(got)
	if want := []string{"a.txt 9", "r.txt 2"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestARecordHasAStatIfThatIsAskedFor(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "a"), []byte("abc"), 0o644))
	info, err := os.Stat(filepath.Join(dir, "a"))
	must(t, err)
	for _, asked := range []bool{true, false} {
		settings := map[string]any{"stat": asked, "keep_ok": true}
		s := begin(t, "verify", settings, map[string]string{"root": dir}, line1("a", "abc")+line1("gone", ""))
		list, _, _ := take(t, s)
		for len(list) < 2 {
			more, _, _ := take(t, s)
			list = append(list, more...)
		}
		for _, r := range list {
			want := asked && r.name == "a"
			if want && (len(r.stat) != 5 || r.stat[0] != 3 || r.stat[1] != info.ModTime().UnixNano()) || !want && r.stat != nil {
				t.Errorf("asked: %t: %+v", asked, r)
			}
		}
	}
}
