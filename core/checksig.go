// Package checksig checks whether the files of a directory are what a list of
// digests says they are, on all cores.
//
// OK means: these bytes were read once, from a regular file inside the root,
// and the digest listed for that file matches.
package checksig

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"checksig/internal/digest"
	"checksig/internal/sums"
	"checksig/internal/tree"
)

// SignatureFile is the list that CheckSignatures reads.
const SignatureFile = "sha1sum.txt"

// Options of a run. The zero value is ready for Verify.
type Options struct {
	// Workers is how many files are read at a time, 256 at most; 0 means one
	// per core.
	Workers int
	// Readers is how many files are read ahead of the workers at a time, 256 at
	// most; 0 means what suits the device, and none if the files are in the
	// page cache.
	Readers int
	// DropCache drops files from the page cache before they are read, and
	// afterwards: what counts is what the device has.
	DropCache bool
	// Disable names kernels that are not to be used, with commas between, as
	// doctor lists them; a star stands for any part of a name: "*/avx512".
	Disable string
	// KeepOK asks for a Result for each file that is ok. They are counted
	// either way, and lists are long.
	KeepOK bool
	// Unlisted counts the files below the root that the list does not name.
	// Complete makes each of them a Result, and so a failure.
	Unlisted, Complete bool
	// Within is a directory below the root: files elsewhere are not unlisted. ""
	// is the root itself.
	Within string
	// Own names files below the root that are neither unlisted nor listed by
	// Create: those of the list itself.
	Own []string
	// IgnoreMissing counts files that are listed and not there, and nothing more.
	IgnoreMissing bool
	// Require names files below the root that must be listed, and be there.
	Require []string
	// Include and Exclude choose the files below the root that a run is about, with
	// the patterns of gitignore: what Include matches, if that has any, and Exclude
	// does not.
	Include, Exclude []string
	// MinStrength is the strength that a file's digests need: of one at least.
	MinStrength digest.Strength
	// RefuseLinks makes symbolic links not-regular files. Else they are followed as
	// long as they stay inside the root.
	RefuseLinks bool
	// RecordLinks refuses to follow symbolic links as well, and compares those that
	// are listed as links with where they lead. Create lists them so.
	RecordLinks bool
	// SizeOnly compares sizes, and reads nothing.
	SizeOnly bool
	// Algorithms of the digests that Create and Hash compute, and need.
	Algorithms []*Algorithm
	// Style of the lines that Create writes, if there is one algorithm.
	Style sums.Style

	// Fault makes a worker panic, so that a test can see what becomes of it.
	Fault bool
}

// Lookup finds an algorithm by one of its names.
func Lookup(name string) (*Algorithm, error) {
	if a := digest.Lookup(name); a != nil {
		return a, nil
	}
	return nil, fmt.Errorf("unknown algorithm %q: choose from %s", name, strings.Join(digest.Names(), ", "))
}

// Verify checks each file of the lists beneath the directory root. A file of
// several lists is read once, and has to be what all of them say.
func Verify(ctx context.Context, root string, lists []List, opts Options) *Run {
	return start(ctx, opts, func(r *Run) error {
		entries, malformed, err := parseAll(lists)
		if err != nil {
			return err
		}
		dir, err := openRoot(root, opts)
		if err != nil {
			return err
		}
		defer dir.Close()
		return r.verify(dir, entries, malformed)
	})
}

var errNoAlgorithm = errors.New("no algorithm to hash with")

func openRoot(path string, opts Options) (*tree.Root, error) {
	dir, err := tree.OpenRoot(path)
	if err != nil {
		return nil, &RootError{path, err}
	}
	if opts.RefuseLinks || opts.RecordLinks {
		dir.RefuseLinks()
	}
	return dir, nil
}

// Create computes the digest of each file below the directory root, and the
// line of a list that says so.
func Create(ctx context.Context, root string, opts Options) *Run {
	opts.KeepOK = true
	return start(ctx, opts, func(r *Run) error {
		if len(opts.Algorithms) == 0 {
			return errNoAlgorithm
		}
		dir, err := openRoot(root, opts)
		if err != nil {
			return err
		}
		defer dir.Close()
		return r.create(dir)
	})
}

// Hash computes the digests of files beneath the directory root, or if that is
// "", of files that are named outright, wherever they lie.
func Hash(ctx context.Context, root string, paths []string, opts Options) *Run {
	opts.KeepOK = true
	return start(ctx, opts, func(r *Run) error {
		if len(opts.Algorithms) == 0 {
			return errNoAlgorithm
		}
		if root == "" {
			return r.hash(nil, paths)
		}
		dir, err := openRoot(root, opts)
		if err != nil {
			return err
		}
		defer dir.Close()
		return r.hash(dir, paths)
	})
}

// Failed returns a run that ends at once with err.
func Failed(err error) *Run {
	return start(context.Background(), Options{}, func(*Run) error { return err })
}

// StartCheck is CheckSignatures as a run that can be waited for piecemeal. It
// has no results: its error says everything.
func StartCheck(ctx context.Context, rootDir string, opts Options) *Run {
	return start(ctx, opts, func(r *Run) error {
		return CheckSignaturesContext(r.ctx, rootDir, opts)
	})
}

// CheckSignatures hashes every file listed in rootDir/sha1sum.txt and returns
// an error that names each file that is not right, one to a line.
func CheckSignatures(rootDir string) error {
	return CheckSignaturesContext(context.Background(), rootDir, Options{})
}

// CheckSignaturesContext is CheckSignatures, until ctx ends, with options.
func CheckSignaturesContext(ctx context.Context, rootDir string, opts Options) error {
	path := join(rootDir, SignatureFile)
	text, err := readList(rootDir)
	if err != nil {
		return &ManifestError{Path: path, Err: err}
	}
	sha1, err := Lookup("sha1")
	if err != nil {
		return err
	}
	list := List{Text: text, Options: sums.Options{Algorithm: sha1}}
	run := Verify(ctx, rootDir, []List{list}, opts)
	defer run.Close()
	results := slices.Collect(run.Results())
	if err := run.Err(); err != nil {
		return atPath(path, err)
	}
	slices.SortFunc(results, func(a, b Result) int { return a.Line - b.Line })
	return signatureError(rootDir, results)
}

// signatureError returns nil if there is no result, else an error with a line
// for each of them.
func signatureError(rootDir string, results []Result) error {
	if len(results) == 0 {
		return nil
	}
	lines := make([]string, len(results))
	for i, result := range results {
		subject := fmt.Sprintf("%q", join(rootDir, result.Name))
		if result.Status == Malformed {
			subject = fmt.Sprintf("%q line %d", join(rootDir, SignatureFile), result.Line)
		}
		lines[i] = fmt.Sprintf("%s - %s", subject, result.Status)
	}
	return &SignatureError{lines}
}

// join puts a name behind a directory as it stands: filepath.Join would tidy
// away the very .. that makes a name unsafe.
func join(dir, name string) string {
	if dir == "" {
		return name
	}
	return strings.TrimSuffix(dir, "/") + "/" + name
}

// atPath says which list an error is about, if it is about a list.
func atPath(path string, err error) error {
	var manifest *ManifestError
	if errors.As(err, &manifest) {
		return &ManifestError{Path: path, Err: manifest.Err}
	}
	return err
}

// maxList bounds a list, in bytes: who can write one should not be able to use
// up the memory of who reads it. Ten million lines are about that long.
const maxList = 1 << 30

// readList reads the list of a directory through the same door as every other
// file: beneath the root, and held up by nothing.
func readList(rootDir string) (string, error) {
	dir, err := tree.OpenRoot(rootDir)
	if err != nil {
		return "", err
	}
	defer dir.Close()
	finder := dir.Finder()
	defer finder.Close()
	file, err := finder.Open(SignatureFile)
	if err != nil {
		return "", err
	}
	defer file.Close()
	if file.Size() > maxList {
		return "", fmt.Errorf("the list is larger than %d bytes", maxList)
	}
	text, err := file.ReadAll()
	return string(text), err
}
