// Command listing is a store with as many objects as one likes: it makes its listing as it goes.
// Objects below "slow/" never come to their ends.
//
//	listing KEYS
//
// It prints its port. "/underway" says how many of those are being waited for.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
)

// perPage is how many keys a page of S3 has at most.
const perPage = 1000

var underway atomic.Int64

func main() {
	keys, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	panic(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/underway":
			fmt.Fprint(w, underway.Load())
		case r.URL.Query().Has("list-type"):
			list(w, r, keys)
		case strings.Contains(r.URL.Path, "/slow/"):
			stall(w, r)
		default:
			w.Header().Set("ETag", `"x"`)
			fmt.Fprint(w, "x")
		}
	})))
}

// list answers with a page: its token is the number of its first key.
func list(w http.ResponseWriter, r *http.Request, keys int) {
	query := r.URL.Query()
	from, _ := strconv.Atoi(query.Get("continuation-token"))
	to := min(from+perPage, keys)
	var page strings.Builder
	page.WriteString(`<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`)
	for i := from; i < to; i++ {
		fmt.Fprintf(&page, `<Contents><Key>%sd%03d/f%07d</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>`+
			`<ETag>"x"</ETag><Size>1</Size><StorageClass>STANDARD</StorageClass></Contents>`, query.Get("prefix"), i/perPage, i)
	}
	if to < keys {
		fmt.Fprintf(&page, `<IsTruncated>true</IsTruncated><NextContinuationToken>%d</NextContinuationToken>`, to)
	} else {
		page.WriteString(`<IsTruncated>false</IsTruncated>`)
	}
	page.WriteString(`</ListBucketResult>`)
	fmt.Fprint(w, page.String())
}

// stall begins an answer, and waits until nobody wants the rest.
func stall(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"x"`)
	w.Header().Set("Content-Length", "1000000")
	fmt.Fprint(w, strings.Repeat("x", 2048))
	w.(http.Flusher).Flush()
	underway.Add(1)
	defer underway.Add(-1)
	<-r.Context().Done()
}
