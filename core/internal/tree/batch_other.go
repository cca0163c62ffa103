//go:build !(linux && (amd64 || arm64))

package tree

import "errors"

func newBatchOpener(*Root) batchOpener { return nil }

func newOutrightOpener() batchOpener { return nil }

func ringRefused() error { return errors.ErrUnsupported }
