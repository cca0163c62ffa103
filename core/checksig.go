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

	"checksig/internal/claim"
	"checksig/internal/digest"
	"checksig/internal/fetch"
	"checksig/internal/meter"
	"checksig/internal/sums"
	"checksig/internal/tree"
	"checksig/internal/work"
)

// SignatureFile is the list that CheckSignatures reads.
const SignatureFile = "sha1sum.txt"

// Options of a run. The zero value is ready for Verify.
type Options struct {
	Reading
	// Fetching is how Match reads what has a URL; nil if nothing does.
	Fetching *Fetching
	// Presumed says that there may be more than the items that Match has: a web server
	// does not say what it has.
	Presumed bool
	// Offered says that the items of Match come later, by Run.Offer.
	Offered bool
	Rules
	// Algorithms of the digests that Create and Hash compute, and need.
	Algorithms []*Algorithm
	// Style of the lines that Create writes, if there is one algorithm.
	Style sums.Style
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
		probe := tree.NewProbe(root)
		defer probe.Close()
		c, err := claim.Parse(lists, r.Scope(), probe.Exists)
		if err != nil {
			return err
		}
		return beneath(root, opts, func(dir *tree.Root) error { return work.Verify(r, dir, c) })
	})
}

// Match holds lists against items that somebody else has and reads, such as the
// members of an archive. It opens nothing. What is missing, unlisted, malformed or
// unsafe is settled by names, and what has another size by that. Each file that is
// left has an Undecided result, with all Digests listed for it if there are several,
// none of them found. Who reads it hands what came of it to Run.Settle, and its
// verdict comes like others. The run ends when all are settled.
func Match(ctx context.Context, items []Item, lists []List, opts Options) *Run {
	return start(ctx, opts, func(r *Run) error {
		inventory := claim.NewInventory(items)
		if opts.Presumed {
			inventory.Open()
		}
		c, err := claim.Parse(lists, r.Scope(), inventory.Has)
		switch {
		case err != nil:
			return err
		case opts.Offered:
			return work.MatchOffered(r, c, opts.Fetching)
		}
		return work.Match(r, inventory, c, opts.Fetching)
	})
}

// Get reads small objects on web servers, or asks something else about them. Chunks of what comes
// are remarks, whose list is the number of the source; behind the last, the result has as its name
// the version of what was read.
func Get(ctx context.Context, sources []*Source, question Question, opts Options) *Run {
	opts.KeepOK = true
	return start(ctx, opts, func(r *Run) error {
		if opts.Fetching == nil {
			return errNoFetching
		}
		return work.Get(r, opts.Fetching.Settings, sources, question)
	})
}

// NewSource returns the object at a URL.
func NewSource(address string, known Known) (*Source, error) { return fetch.NewSource(address, known) }

// Create computes the digest of each file below the directory root, and the
// line of a list that says so.
func Create(ctx context.Context, root string, opts Options) *Run {
	return compute(ctx, opts, func(r *Run, model Entry) error {
		return beneath(root, opts, func(dir *tree.Root) error { return work.Create(r, dir, model) })
	})
}

// Collect is Create for items that somebody else has: each is Undecided until it is settled, as in
// Match.
func Collect(ctx context.Context, items []Item, opts Options) *Run {
	return compute(ctx, opts, func(r *Run, model Entry) error {
		return work.Collect(r, claim.NewInventory(items), model, opts.Fetching)
	})
}

// Hash computes the digests of files beneath the directory root, or if that is
// "", of files that are named outright, wherever they lie.
func Hash(ctx context.Context, root string, paths []string, opts Options) *Run {
	return compute(ctx, opts, func(r *Run, model Entry) error {
		if root == "" {
			return work.Hash(r, nil, paths, model)
		}
		return beneath(root, opts, func(dir *tree.Root) error { return work.Hash(r, dir, paths, model) })
	})
}

// Measure measures what the speed of a run is made of, on this machine, with
// the kernels that are on, and on files below the directory root. It writes
// nothing: what the files there do not allow to be measured has no result.
func Measure(ctx context.Context, root string, opts Options) *Run {
	return compute(ctx, opts, func(r *Run, model Entry) error {
		return beneath(root, opts, func(dir *tree.Root) error { return meter.Measure(r, dir, model.Algorithm) })
	})
}

func start(ctx context.Context, opts Options, do func(*Run) error) *Run {
	return work.Start(ctx, opts.Reading, opts.Rules, do)
}

var (
	errNoAlgorithm = errors.New("no algorithm to hash with")
	errNoFetching  = errors.New("nothing says how URLs are read")
)

// compute starts a run for its digests, of which nothing is only counted.
func compute(ctx context.Context, opts Options, do func(r *Run, model Entry) error) *Run {
	opts.KeepOK = true
	return start(ctx, opts, func(r *Run) error {
		if len(opts.Algorithms) == 0 {
			return errNoAlgorithm
		}
		return do(r, claim.Model(opts.Algorithms, opts.Style))
	})
}

// beneath does something beneath a directory, which is open for as long as that takes.
func beneath(root string, opts Options, do func(dir *tree.Root) error) error {
	dir, err := tree.OpenRoot(root)
	if err != nil {
		return &RootError{root, err}
	}
	defer dir.Close()
	if opts.RefuseLinks || opts.RecordLinks {
		dir.RefuseLinks()
	}
	return do(dir)
}

// Failed returns a run that ends at once with err.
func Failed(err error) *Run {
	return start(context.Background(), Options{}, func(*Run) error { return err })
}

// StartCheck is CheckSignatures as a run that can be waited for piecemeal. It
// has no results: its error says everything.
func StartCheck(ctx context.Context, rootDir string, opts Options) *Run {
	return start(ctx, opts, func(r *Run) error {
		return CheckSignaturesContext(r.Context(), rootDir, opts)
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
