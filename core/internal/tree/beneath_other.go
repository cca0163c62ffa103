//go:build !(linux && (amd64 || arm64))

package tree

import (
	"errors"
	"os"
)

const listOnly = readOnly

func openPlain(name string) (handle, error) {
	file, err := os.OpenFile(name, readOnly, 0)
	return osHandle{file}, err
}

func openBeneath(*os.Root) (directory, error) {
	return nil, errors.ErrUnsupported
}

func special(name string) bool {
	i, err := os.Stat(name)
	return err == nil && !i.Mode().IsRegular()
}
