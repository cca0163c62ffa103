//go:build !cgo

package cpu

func detect() Features { return Features{} }
