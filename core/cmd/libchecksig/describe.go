package main

import (
	"encoding/json"
	"runtime"

	"checksig"
	"checksig/internal/digest"
	"checksig/internal/lanes"
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
	Kernels  []kernel        `json:"kernels"`
}

// kernel is code that computes an algorithm, best first.
type kernel struct {
	Name  string `json:"name"`
	Lanes int    `json:"lanes"`
	Why   string `json:"why"` // it is not used; "" if it is
}

func kernels(a *digest.Algorithm) []kernel {
	list := []kernel{}
	for _, k := range a.Kernels() {
		list = append(list, kernel{k.Name, k.Lanes, k.Why(lanes.All)})
	}
	return list
}

// description is the answer of checksig_describe: what the library is, and the
// numbers that stand for statuses and algorithms in its records.
func description() []byte {
	algorithms := make([]algorithmDescription, 0, 16)
	for _, a := range digest.All() {
		algorithms = append(algorithms, algorithmDescription{
			a.Name, a.Title, a.Tag, append([]string{}, a.Aliases...), a.Size, a.Strength, kernels(a),
		})
	}
	text, _ := json.Marshal(map[string]any{
		"version":       version,
		"abi":           abiVersion,
		"go":            runtime.Version(),
		"cores":         runtime.GOMAXPROCS(0),
		"progress_size": progressSize,
		"record_size":   recordSize,
		"statuses":      checksig.Statuses(),
		"algorithms":    algorithms,
	})
	return text
}
