//go:build !(linux && (amd64 || arm64))

package tree

import "errors"

func newBatchOpener(*Root) batchOpener { return nil }

func newOutrightOpener() batchOpener { return nil }

// Unmap unmaps what nobody looks at any more: here, nothing is ever mapped.
func Unmap() {}

func ringRefused() error { return errors.ErrUnsupported }
