// Package main is the C face of checksig. checksig.h is its contract; this file
// is the only one that C can see.
package main

/*
#include <stdlib.h>
#include "checksig.h"
*/
import "C"

import (
	"context"
	"os"
	"time"
	"unsafe"

	"checksig"
)

func main() {}

//export verify
func verify(root *C.char) (message *C.char) {
	defer func() {
		if fault := recover(); fault != nil {
			message = C.CString("internal error")
		}
	}()
	if root == nil {
		return C.CString("no directory given")
	}
	if err := checksig.Prepare(); err != nil {
		return C.CString(err.Error())
	}
	opts := checksig.Options{Reading: checksig.Reading{Disable: os.Getenv("CHECKSIG_DISABLE")}}
	if err := checksig.CheckSignaturesContext(context.Background(), C.GoString(root), opts); err != nil {
		return C.CString(err.Error())
	}
	return nil
}

//export checksig_abi_version
func checksig_abi_version() C.int {
	return C.CHECKSIG_ABI_VERSION
}

//export checksig_start
func checksig_start(data *C.char, n C.int64_t) (handle C.int64_t) {
	defer caught(&handle)
	if data == nil || n < 0 {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	if err := checksig.Prepare(); err != nil {
		return C.CHECKSIG_NO_DESCRIPTORS
	}
	// The copy is needed: the caller's memory may be gone before the run is.
	request := string(unsafe.Slice((*byte)(unsafe.Pointer(data)), int64(n)))
	return C.int64_t(residents.add(startRequest(request)))
}

//export checksig_next
func checksig_next(handle C.int64_t, buf *C.char, size C.int64_t, waitMs C.int64_t) (n C.int64_t) {
	defer caught(&n)
	if buf == nil || size < minBuffer || waitMs < 0 {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	s, ok := residents.get(int64(handle)).(*session)
	if !ok {
		return C.CHECKSIG_BAD_HANDLE
	}
	// The slice is the caller's memory for as long as this call lasts. next
	// writes to it and keeps no part of it.
	out := unsafe.Slice((*byte)(unsafe.Pointer(buf)), int64(size))
	return C.int64_t(s.next(out, time.Duration(waitMs)*time.Millisecond))
}

//export checksig_settle
func checksig_settle(handle C.int64_t, data *C.char, n C.int64_t) (code C.int) {
	defer caught(&code)
	if data == nil || n < 0 {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	s, ok := residents.get(int64(handle)).(*session)
	if !ok {
		return C.CHECKSIG_BAD_HANDLE
	}
	// The slice is the caller's memory for as long as this call lasts. settle copies
	// it before anything else.
	if !s.settle(unsafe.Slice((*byte)(unsafe.Pointer(data)), int64(n))) {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	return 0
}

//export checksig_offer
func checksig_offer(handle C.int64_t, data *C.char, n C.int64_t, waitMs C.int64_t) (taken C.int) {
	defer caught(&taken)
	if data == nil || n < 0 || waitMs < 0 {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	s, ok := residents.get(int64(handle)).(*session)
	if !ok {
		return C.CHECKSIG_BAD_HANDLE
	}
	// The slice is the caller's memory for as long as this call lasts. offer copies it before
	// anything else.
	items := unsafe.Slice((*byte)(unsafe.Pointer(data)), int64(n))
	room, right := s.offer(items, time.Duration(waitMs)*time.Millisecond)
	switch {
	case !right:
		return C.CHECKSIG_BAD_ARGUMENT
	case room:
		return 1
	}
	return 0
}

//export checksig_fetch
func checksig_fetch(handle C.int64_t, data *C.char, n C.int64_t) (code C.int) {
	defer caught(&code)
	if data == nil || n < 0 {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	s, ok := residents.get(int64(handle)).(*session)
	if !ok {
		return C.CHECKSIG_BAD_HANDLE
	}
	// The slice is the caller's memory for as long as this call lasts. fetch copies
	// it before anything else.
	if !s.fetch(unsafe.Slice((*byte)(unsafe.Pointer(data)), int64(n))) {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	return 0
}

//export checksig_cancel
func checksig_cancel(handle C.int64_t) (code C.int) {
	defer caught(&code)
	s, ok := residents.get(int64(handle)).(*session)
	if !ok {
		return C.CHECKSIG_BAD_HANDLE
	}
	s.run.Close()
	return 0
}

//export checksig_free
func checksig_free(handle C.int64_t) (code C.int) {
	defer caught(&code)
	r := residents.remove(int64(handle))
	if r == nil {
		return C.CHECKSIG_BAD_HANDLE
	}
	r.close()
	return 0
}

//export checksig_hasher
func checksig_hasher(data *C.char, n C.int64_t) (handle C.int64_t) {
	defer caught(&handle)
	if data == nil || n < 0 {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	h := newHasher(unsafe.Slice((*byte)(unsafe.Pointer(data)), int64(n)))
	if h == nil {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	return C.int64_t(residents.add(h))
}

//export checksig_update
func checksig_update(handle C.int64_t, data *C.char, n C.int64_t) (code C.int) {
	defer caught(&code)
	if data == nil || n < 0 {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	h, ok := residents.get(int64(handle)).(*hasher)
	if !ok {
		return C.CHECKSIG_BAD_HANDLE
	}
	// The slice is the caller's memory for as long as this call lasts. A hash
	// copies what it needs later: less than a block.
	if !h.update(unsafe.Slice((*byte)(unsafe.Pointer(data)), int64(n))) {
		return C.CHECKSIG_PANIC
	}
	return 0
}

//export checksig_update_each
func checksig_update_each(table *C.char, n C.int64_t, data *C.char, m C.int64_t) (code C.int) {
	defer caught(&code)
	if table == nil || n < 0 || data == nil || m < 0 {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	// The slices are the caller's memory for as long as this call lasts. Lanes hash pieces where
	// they lie, and a hash copies what it needs later: less than a block.
	rows := unsafe.Slice((*byte)(unsafe.Pointer(table)), int64(n))
	all := newBatch(rows, unsafe.Slice((*byte)(unsafe.Pointer(data)), int64(m)))
	switch {
	case all == nil:
		return C.CHECKSIG_BAD_ARGUMENT
	case all.unknown:
		return C.CHECKSIG_BAD_HANDLE
	case !all.update():
		return C.CHECKSIG_PANIC
	}
	return 0
}

//export checksig_sum
func checksig_sum(handle C.int64_t, buf *C.char, size C.int64_t) (n C.int64_t) {
	defer caught(&n)
	if buf == nil || size < 0 {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	h, ok := residents.get(int64(handle)).(*hasher)
	if !ok {
		return C.CHECKSIG_BAD_HANDLE
	}
	digests := h.sum()
	if digests == nil {
		return C.CHECKSIG_PANIC
	}
	if len(digests) <= int(size) {
		copy(unsafe.Slice((*byte)(unsafe.Pointer(buf)), int64(size)), digests)
	}
	return C.int64_t(len(digests))
}

//export checksig_hash
func checksig_hash(data *C.char, n C.int64_t, bytes *C.char, m C.int64_t, buf *C.char, size C.int64_t) (length C.int64_t) {
	defer caught(&length)
	if data == nil || n < 0 || bytes == nil || m < 0 || buf == nil || size < 0 {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	// The slices are the caller's memory for as long as this call lasts. Lanes hash messages where
	// they lie, and keep no part of them.
	request := unsafe.Slice((*byte)(unsafe.Pointer(data)), int64(n))
	all := newMessages(request, unsafe.Slice((*byte)(unsafe.Pointer(bytes)), int64(m)))
	if all == nil {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	need := all.size()
	if int64(need) <= int64(size) {
		all.hash(unsafe.Slice((*byte)(unsafe.Pointer(buf)), int64(size)))
	}
	return C.int64_t(need)
}

//export checksig_check_signature
func checksig_check_signature(data *C.char, n C.int64_t, message *C.char, m C.int64_t) (code C.int) {
	defer caught(&code)
	if data == nil || n < 0 || message == nil || m < 0 {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	request := string(unsafe.Slice((*byte)(unsafe.Pointer(data)), int64(n)))
	// The slice is the caller's memory for as long as this call lasts. It is not copied: it may
	// be all of an archive.
	right, known := checkSignature(request, unsafe.Slice((*byte)(unsafe.Pointer(message)), int64(m)))
	switch {
	case !known:
		return C.CHECKSIG_BAD_ARGUMENT
	case right:
		return 1
	}
	return 0
}

//export checksig_certificates
func checksig_certificates(data *C.char, n C.int64_t, buf *C.char, size C.int64_t) (length C.int64_t) {
	defer caught(&length)
	if data == nil || n < 0 || buf == nil || size < 0 {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	text := certificates(string(unsafe.Slice((*byte)(unsafe.Pointer(data)), int64(n))))
	if text == nil {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	if len(text) <= int(size) {
		copy(unsafe.Slice((*byte)(unsafe.Pointer(buf)), int64(size)), text)
	}
	return C.int64_t(len(text))
}

//export checksig_describe
func checksig_describe(buf *C.char, size C.int64_t) (n C.int64_t) {
	defer caught(&n)
	if buf == nil || size < 0 {
		return C.CHECKSIG_BAD_ARGUMENT
	}
	text := description()
	if len(text) <= int(size) {
		copy(unsafe.Slice((*byte)(unsafe.Pointer(buf)), int64(size)), text)
	}
	return C.int64_t(len(text))
}

// caught makes a panic of the function that defers it the code that it returns.
func caught[Code C.int | C.int64_t](code *Code) {
	if recover() != nil {
		*code = C.CHECKSIG_PANIC
	}
}

// The codes of checksig.h, for the files that do not import "C".
const (
	codeEnd      = C.CHECKSIG_END
	codeFailed   = C.CHECKSIG_FAILED
	codeMoreRoom = C.CHECKSIG_MORE_ROOM
	abiVersion   = C.CHECKSIG_ABI_VERSION
	kindResult   = C.CHECKSIG_RESULT
	kindPending  = C.CHECKSIG_PENDING
	kindRemark   = C.CHECKSIG_REMARK
	kindLines    = C.CHECKSIG_LINES
	progressSize = C.sizeof_struct_checksig_progress
	recordSize   = C.sizeof_struct_checksig_record
)
