//go:build !(linux && (amd64 || arm64))

package tree

import (
	"errors"
	"os"
)

func openBeneath(*os.Root) (directory, error) {
	return nil, errors.ErrUnsupported
}
