// Package vector reads the test vectors that Go and Python share. Only tests
// import it.
package vector

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// Vector is one case: see testdata/vectors/README.md.
type Vector struct {
	File, Comment, Expect, Style, Algorithm string
	Line                                    int
	Name, List                              []byte
}

// Load returns all vectors. It fails if there are fewer than least, since a
// test that finds no cases passes.
func Load(least int) ([]Vector, error) {
	dir, err := directory()
	if err != nil {
		return nil, err
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var vectors []Vector
	for _, file := range files {
		if file.IsDir() || file.Name() == "README.md" { // folders are for formats that Python reads
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			return nil, err
		}
		v, err := parse(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name(), err)
		}
		v.File = file.Name()
		vectors = append(vectors, v)
	}
	if len(vectors) < least {
		return nil, fmt.Errorf("%d vectors in %s, not %d", len(vectors), dir, least)
	}
	return vectors, nil
}

// directory returns where the vectors are: above the package that is tested, in whose directory its
// tests run.
func directory() (string, error) {
	above, err := os.Getwd()
	for err == nil && above != filepath.Dir(above) {
		dir := filepath.Join(above, "testdata", "vectors")
		if _, missing := os.Stat(dir); missing == nil {
			return dir, nil
		}
		above = filepath.Dir(above)
	}
	return "", errors.Join(err, errors.New("testdata/vectors is not above the directory of the test"))
}

func parse(data []byte) (v Vector, err error) {
	header, list, found := bytes.Cut(data, []byte("\n\n"))
	if !found {
		return v, fmt.Errorf("no empty line after the header")
	}
	v.List = list
	for line := range bytes.SplitSeq(header, []byte("\n")) {
		key, value, _ := bytes.Cut(line, []byte(": "))
		if err := v.set(string(key), string(value)); err != nil {
			return v, err
		}
	}
	return v, nil
}

func (v *Vector) set(key, value string) (err error) {
	switch key {
	case "comment":
		v.Comment = value
	case "expect":
		v.Expect = value
	case "style":
		v.Style = value
	case "algorithm":
		v.Algorithm = value
	case "line":
		v.Line, err = strconv.Atoi(value)
	case "name":
		v.Name, err = hex.DecodeString(value)
	default:
		err = fmt.Errorf("unknown key %q", key)
	}
	return err
}
