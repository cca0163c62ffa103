package main

import (
	"encoding/json"
	"os"
	"runtime"

	"checksig"
	"checksig/internal/digest"
	"checksig/internal/lanes"
	"checksig/internal/verdict"
)

// version is set by the build, from the one place where it is written down.
var version = "unknown"

type algorithmDescription struct {
	Name     string          `json:"name"`
	Title    string          `json:"title"`
	Tag      string          `json:"tag"`
	Aliases  []string        `json:"aliases"`
	Size     int             `json:"size"`
	Strength digest.Strength `json:"strength"`
	Of       string          `json:"of"`
	Named    bool            `json:"named"`
	Kernels  []kernel        `json:"kernels"`
}

// kernel is code that computes an algorithm, best first.
type kernel struct {
	Name  string `json:"name"`
	Lanes int    `json:"lanes"`
	// From and To are the numbers of files under way with which it is used, for
	// one worker; 0 if it is not.
	From int `json:"from"`
	To   int `json:"to"`
	// Why says why it is never used, or is "".
	Why string `json:"why"`
}

// kernels returns the kernels of an algorithm, as far as they are on.
func kernels(a *digest.Algorithm, on lanes.On) []kernel {
	list := []kernel{}
	if a.Lanes == nil {
		return list
	}
	widest := lanes.Widest(a.Lanes.Pick, on)
	for _, k := range a.Lanes.List() {
		row := kernel{Name: k.Name, Lanes: k.Lanes, Why: k.Why(on)}
		for live := 1; live <= widest; live++ {
			if a.Lanes.Pick(on, live) == k {
				row.To = live
				if row.From == 0 {
					row.From = live
				}
			}
		}
		switch {
		case row.From > 0:
			row.Why = "" // plain Go cannot be switched off where it is all there is
		case row.Why == "":
			row.Why = "others are faster"
		}
		list = append(list, row)
	}
	return list
}

// noRing says why small files are not read through a ring, or is "".
func noRing(on bool) string {
	if why := checksig.NoRing(); on || why != "" {
		return why
	}
	return "switched off"
}

// description is the answer of checksig_describe: what the library is, and the
// numbers that stand for statuses and algorithms in its records.
//
// What is switched off is what the environment said when the process began.
func description() []byte {
	on, ring, err := digest.Switch(os.Getenv("CHECKSIG_DISABLE"))
	if err != nil {
		on, ring = lanes.All, true // every run will fail, and say why
	}
	algorithms := make([]algorithmDescription, 0, 16)
	for _, a := range digest.All() {
		algorithms = append(algorithms, algorithmDescription{
			a.Name, a.Title, a.Tag, append([]string{}, a.Aliases...), a.Size, a.Strength, a.Of, a.Named, kernels(a, on),
		})
	}
	text, _ := json.Marshal(map[string]any{
		"version":       version,
		"abi":           abiVersion,
		"go":            runtime.Version(),
		"compiler":      lanes.Compiler(),
		"cores":         checksig.Cores(),
		"ring":          noRing(ring),
		"progress_size": progressSize,
		"record_size":   recordSize,
		"statuses":      verdict.Statuses(),
		"algorithms":    algorithms,
	})
	return text
}
