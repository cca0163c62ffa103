/* checksig.h - the C face of checksig, and its contract.
 *
 * Strings are bytes: file names are passed as the operating system has them.
 * Numbers in buffers are little-endian, and structures have no padding.
 * Every function may be called from any thread. None of them prints, changes
 * the working directory, or lets a panic out.
 *
 * After fork() the child must not call the library it inherited: the threads
 * it needs are gone, and the call would never return.
 */
#ifndef CHECKSIG_H
#define CHECKSIG_H

#include <stdint.h>

/* Goes up with every change that an old caller would misunderstand. */
#define CHECKSIG_ABI_VERSION 16

/* What functions return instead of a count, a handle or 0. */
#define CHECKSIG_END (-1)          /* the run is over, and had nothing to say against it */
#define CHECKSIG_FAILED (-2)       /* the run is over, with an error: see checksig_next */
#define CHECKSIG_BAD_HANDLE (-3)   /* never made, already freed, or made by another process */
#define CHECKSIG_BAD_ARGUMENT (-4) /* a null pointer, a negative size, too small a buffer */
#define CHECKSIG_PANIC (-5)        /* a fault of the library; the call had no effect to rely on */
#define CHECKSIG_MORE_ROOM (-6)    /* the next record needs a larger buffer: see progress.need */
#define CHECKSIG_NO_DESCRIPTORS (-7) /* the process has too few file descriptors left to start a run */

/* The number of file statuses; their names are in checksig_describe. */
#define CHECKSIG_STATUSES 10

/* At the start of the buffer after each call of checksig_next that returned a
 * count, CHECKSIG_END, CHECKSIG_FAILED or CHECKSIG_MORE_ROOM. */
struct checksig_progress {
    uint32_t records;    /* that follow */
    uint32_t need;       /* MORE_ROOM: the size of a buffer that will do; FAILED: of the JSON */
    int64_t files;       /* to look at, as far as is known by now */
    int64_t total_bytes; /* to read, as far as is known by now; never less than bytes, and the
                          * same at the end */
    int64_t bytes;       /* read */
    int64_t nanoseconds; /* since the start; once the run has ended, of the run */
    uint64_t algorithms[2]; /* in use: bit N is number N in checksig_describe. If files are served,
                          * those by which some file was settled */
    int64_t repeated;    /* entries that said again what another had said */
    int64_t excluded;    /* entries that patterns left out */
    int64_t ignored;     /* of the files counted as missing: those that may be */
    int64_t bare;        /* of the files to look at: those listed without a digest, and there;
                          * they have no status */
    int64_t served;      /* of the files counted as ok: those that nobody has read, whose digests
                          * their server has said */
    int64_t found;       /* 1 if files and total_bytes are found out: they do not grow any more, unless
                          * a file grows, but become less where one cannot be read; else 0 */
    int64_t counts[CHECKSIG_STATUSES]; /* results so far, by status, reported or not */
};

/* The kinds of records. */
#define CHECKSIG_RESULT 0  /* the verdict on a file, or on a malformed line */
#define CHECKSIG_PENDING 1 /* of "match": a file that the caller is to read, and then to settle */
#define CHECKSIG_LINES 3   /* of "create" and "hash", if asked for together: many files; see below */
#define CHECKSIG_REMARK 2  /* of "verify" and "match": its text says how a list was read; of "get": a
                            * chunk of a body */

/* One result, or one pending file. The records of a buffer stand together; behind the
 * last of them come, for each record in turn, its name, listed, found, text, digests
 * and stat.
 *
 * The kind is to be looked at first. A pending file has no verdict: its status is 0 and
 * means nothing, its size is -1, its text is its version, if an item has one, and nothing is
 * found; in its digests,
 * if there are several, what was found is zeros, and of "collect" what is listed, too. It is
 * not counted until it is settled. A remark has no verdict and no name, only a list and a
 * text: what is part of the verdict on the list, such as digests in it that cannot be
 * computed. It is not counted either.
 *
 * Lines have no verdict: their number is how many they are, their line the place of the first of them
 * among all files, from 1. Each is of a file that is ok, and counted so; no file between the first and
 * the last is left out. Of "create", their text is lines of a list one behind the other, their name
 * that of the first file, and they are in the order of names, by bytes. Of "hash", their text is
 * digests, and listed their sizes in 64 bits each, and they are in the order of paths. */
struct checksig_record {
    int64_t size;        /* bytes read; -1 if the file was not opened; of one that is served, its
                          * size */
    int64_t listed_size; /* the size listed, in bytes; negative if none is */
    uint32_t name_len;   /* the name, as listed */
    uint32_t listed_len; /* the digest listed, in lower-case hexadecimal */
    uint32_t text_len;   /* why it is not ok; of "create", the line for the list; of "measure",
                          * the kernel */
    uint32_t digests_len; /* all digests, if several are listed for the file; see below */
    uint32_t line;       /* of the list, from 1; 0 if none */
    uint32_t list;       /* of the request, from 0 */
    uint16_t found_len;  /* the digest computed, as bytes; of "create" and "hash" with several
                          * algorithms, all of them in the order of the request */
    uint8_t status;      /* number in checksig_describe */
    uint8_t algorithm;   /* number in checksig_describe; 255 if none */
    uint8_t kind;        /* RESULT, PENDING, REMARK or LINES */
    uint8_t stat_len;    /* 40 if "stat" was asked for and the file was opened, else 0; see below */
    uint8_t served;      /* 1 if nobody has read the file: what is found is what its server says */
    uint8_t reserved;    /* 0 */
    uint32_t number;     /* of a pending file: what to settle it by; from 0, and in a run no two have
                          * the same. Of lines: how many */
    uint32_t reserved2;  /* 0 */
};

/* Each of several digests: 32 bits of line, 32 bits of list, a byte of the number
 * of the algorithm, a byte of the length of the digest computed; then the digest
 * listed, in as many hexadecimal digits, and the one computed, as bytes.
 *
 * A stat is five numbers of 64 bits: size in bytes, the times of the last change of the
 * file's bytes and of its inode in nanoseconds since 1970, inode, and device; 0 where
 * the operating system does not say. They are of the file that was open, after it was
 * read. */

/* Checks root/sha1sum.txt: the whole job in one call that returns when it is
 * done. Returns NULL if every listed file is right, else a message, one line
 * for each file that is not, or what went wrong. The message was allocated
 * with malloc; the caller frees it. */
char *verify(char *root);

/* Returns CHECKSIG_ABI_VERSION of the library. Cheap; changes nothing. */
int checksig_abi_version(void);

/* Starts a run and returns its handle, which is positive, or BAD_ARGUMENT or
 * PANIC. The request is copied: its bytes are the caller's again on return.
 *
 * It is a line of JSON, ended by a newline, then bytes. The JSON:
 *   "op"         "check" (as verify), "verify", "match", "create", "collect", "hash", "get",
 *                "outline", "divide" or "measure"
 *   "root"       length in bytes of the root directory's path; of "hash", 0 for paths that
 *                lie anywhere
 *   "paths"      length in bytes of packed paths, of "hash"; of "outline", none, or that of the
 *                list, which then has no text
 *   "items"      length in bytes of packed items, of "match" and "collect": what the caller can read
 *   "orders"     length in bytes of packed orders, of "get": see checksig_fetch
 *   "body"       length in bytes of what "get" sends with each request
 *   "own"        length in bytes of packed names of the list's own files, which are not unlisted,
 *                not created
 *   "require"    length in bytes of packed names that must be listed, and be there
 *   "include"    length in bytes of packed gitignore patterns of the files that the run is about
 *   "exclude"    the same of those that it is not about
 *   "unbound"    the same of those that need not be listed
 *   "apart"      length in bytes of packed texts, of "create" with "together": a file that has one of
 *                them in its name has a result of its own
 *   "span"       length in bytes of two packed names, or 0: "verify" then looks only for what is not
 *                listed from the first name on and before the second, by their bytes; if that is
 *                empty, to the end. Only with the part "others"
 *   "lists"      of "verify", "match", "outline" and "divide": for each list an object with
 *     "base"       length in bytes of the directory below the root that names are relative to
 *     "text"       length in bytes of a list in the grammar of the coreutils
 *     "entries"    length in bytes of packed entries, instead or besides
 *     "untagged"   the algorithm of lines that name none
 *     "family"     what the name of theirs begins with, if their length is to tell it: "sha"
 *     "first"      the number of the first line of the text; 0 or absent: 1
 *     "zero"       whether lines of the text end with a NUL byte
 *     "backslashes" whether a backslash in a name, of which there is no file, may stand for a slash
 *   "algorithm"  the only one allowed in the lists
 *   "algorithms" of "create", "collect", "hash" and "measure": those to use, in an array
 *   "min_strength" the strength that one of a file's algorithms needs: see checksig_describe
 *   "style"      "text" (if absent), "binary" or "tag": lines that "create" and "collect" write
 *   "together"   whether "create" and "hash" hand over files that are ok together, instead of a result
 *                for each; "create" of one algorithm
 *   "compared"   whether the caller of "hash" compares digests with what is listed: a file that one
 *                read brought is not looked at again then
 *   "workers"    threads that hash; 0 or absent: one per core
 *   "readers"    files to read ahead of them; 0 or absent: what suits the device. With "fetch", URLs
 *                that are read at a time; 0 or absent: what suits the server
 *   "drop_cache" whether files are dropped from the page cache before and after
 *   "stat"       whether results of "verify", "create" and "hash" have a stat, if their file was
 *                opened. Each file is looked at after it was read then: one that has changed is
 *                "changed", even if its digest is the one listed
 *   "bwlimit"    bytes that are read of files each second, by all threads together; 0 or absent: as
 *                many as can be. Of "match" nothing is read but URLs
 *   "sizes"      whether files and total_bytes are found out soon: sizes that are listed at once, the
 *                others by asking the operating system, from two tenths of a second on. Without it
 *                total_bytes grows with every file that is opened
 *   "disable"    kernels not to use, with commas between: "sha1/avx512", or a
 *                pattern such as "*" "/avx512"
 *   "keep_ok"    whether results that are ok are reported, not only counted
 *   "unlisted"   whether files that are not in the list are counted
 *   "complete"   whether they are also reported
 *   "within"     a directory below the root: files elsewhere are not unlisted
 *   "mounts"     whether unlisted files are looked for on other file systems below the root, if
 *                nothing is listed there: else a remark, or with "complete" a result, names those
 *   "ignore_missing" whether files that are listed and not there are only counted
 *   "symlinks"   "inside" (if absent): links are followed as long as they stay inside the root;
 *                "refuse": they are not-regular; "record": they are not followed either, and compared
 *                with where they are listed to lead; "create" reports that as their text, without an
 *                algorithm
 *   "size_only"  whether only sizes are compared; "ok" means no more then
 *   "part"       the part of the claim that the run is about: "files", what is listed, which may be
 *                any part of the claim that has all lines about a file; "lists", lines that cannot
 *                be understood, what is required and not listed, and remarks; "others", what is not
 *                listed. Together they are the whole. If absent, it is about all of it
 *   "presumed"   of "match": whether a file is pending that no item is for, instead of missing
 *   "offered"    of "match": whether the items come later, by checksig_offer. There are none in the
 *                request then, no "presumed", and a backslash in a name stands for itself
 *   "fetch"      of "match" and "collect", if checksig_fetch is to be called, and of "get": an object
 *                that says how URLs are read. Without it, nothing connects to anything
 *     "roots"      certificates to trust, in PEM; if absent, those of the system
 *     "proxies"    an object: for an origin ("https://example.org", with a port if it is not that of
 *                  the scheme) the URL of a proxy
 *     "redirects"  an array of origins that a server may redirect to; else only to its own
 *     "timeout"    milliseconds without an answer, or without more of one, after which there will be
 *                  none. Till then, what may be temporary is tried again
 *     "window"     files that are pending at a time, at most; 0 or absent: any number
 *   "limit"      bytes of each object, of "get", or of the part of it that is read
 *   "from"       of "get": where that part begins, in bytes
 *   "to"         the same: where it ends; 0 or absent: where the object does
 *   "method"     of "get": "GET" (if absent), "HEAD", "PUT" or "POST"
 *   "fault"      for tests: whether a worker panics
 * The bytes are those whose lengths were given, in the order root, paths, items, orders, body,
 * own, require, include, exclude, unbound, apart, span, and base, text, entries of each list.
 * "outline" says where a list can be cut so that all lines about a file stay together, and each says
 * the same wherever it stands; there is nothing if that cannot be. "divide" does so for lists of any
 * kind. With "sizes", both look for the sizes of files that are not listed. What they say is remarks,
 * of no list, in numbers of 64 bits. That of a step: 1, where it begins and ends in the list, its
 * first line, its entries, files, bytes, the bytes of its longest file, and its files that are listed
 * without a digest; then a length and the name of its first file; of "divide" then for each list a length, and
 * packed entries. The last: 2, whether the names are in the order of their bytes; then the name of the
 * longest file. Packed paths, names and
 * patterns: a 32-bit length, then the bytes. Packed entries come in
 * blocks: four 32-bit numbers (of entries, and of the bytes of all names, names of algorithms,
 * and hexadecimal digests), then columns with a 32-bit number for each entry (line; lengths of
 * name, of algorithm, of digest) and one of 64 bits (the size of the file, -1 if it is not
 * listed), then all names, all algorithms and all digests. An entry without an algorithm is a
 * malformed line, and its name says why. An entry in the algorithm "link:" is a symbolic link, and
 * its digest is where it leads, in hexadecimal. One in the algorithm "no-digest:", without any, is
 * a file that has to be there, with its size if that is listed: see "bare" of the progress.
 *
 * Packed items: a 32-bit length of the name, 64 bits of size in bytes (-1: not known), a byte of
 * status, a byte of mark, a 32-bit length of the reason; then the name, then the reason. Status 0
 * is an item that can be read; its reason is the entity tag of its version, if that is known. Any
 * other settles it unread, with the reason as text. The mark says
 * what becomes of an item that no entry names:
 *   0  it is unlisted
 *   1  nothing, and it is not unlisted: a directory
 *   2  it is reported with its status, which is not 0, and its reason, and it is also unlisted. The
 *      patterns do not matter for the report, and it is not among the files of the progress
 * An item whose name leads out of the root, or whose status says so, is never unlisted. Of several
 * items with one name the first whose status is not 0 stands for all; if there is none, the name is
 * unreadable. The mark is 2 then if one of them has that, and 1 if all of them do.
 *
 * "match" opens nothing: it holds lists against items. An entry is settled by that if its item is
 * missing or has a status, if its item has another size than the one listed, or if it would not be
 * ok whatever its bytes are. What is left is pending: its size, if it is known, is added to
 * total_bytes, and the run ends when the caller has settled it. See checksig_settle.
 *
 * "collect" is "create" of items: all of them that can be read are pending, as in "match", and no
 * lists are. An item with a status is reported with that, unless its mark is 1.
 *
 * "get" reads small objects on web servers. What is in one comes in chunks: as remarks, whose list is
 * its number in the request, from 0, and whose text the bytes. An empty chunk says that they begin,
 * and that what came before is void. Behind the last stands a result, whose line is the number, from
 * 1: its name is the entity tag, without quotes, its size that of the object, its status 0; or that
 * of missing, unreadable or changed, with the reason as text, and the chunks are what the server says
 * besides. With another method, the chunks are the header of the answer, "name: value" with a newline
 * behind each, its names in lower case; the size is 0, and there is no version. What may be temporary
 * is tried again: who changes something says in the header under which condition.
 *
 * "measure" finds out what the speed of a run is made of, each on one core, and
 * with files below the root, for the second or two that this takes. A result is
 * a quantity: its name, and as its size the value. What the files do not allow
 * to be measured has no result.
 *   "kernel"  bytes hashed per second, in the cache, in all lanes
 *   "stream"  bytes hashed per second, in the cache, of one message
 *   "part"    bytes of the parts in which all cores hash a large file; no result
 *             if a file is hashed by one core
 *   "copy"    bytes per second of files in memory, read into the lanes' buffers
 *   "mapped"  bytes per second of files in memory, mapped and hashed in all lanes
 *   "open"    nanoseconds to open a file in memory, look at it, read 4 KiB of it at
 *             most, and close it
 *   "ring"    the same, with 16 KiB, of files that are opened and read many at a time
 *
 * What is wrong with a request is told by checksig_next. Where a process has too few
 * file descriptors left for the runtime of Go, there is no run: NO_DESCRIPTORS. */
int64_t checksig_start(char *request, int64_t n);

/* Takes the next results, waiting for the first of them at most wait_ms
 * milliseconds. buf holds cap bytes, 4096 at least, and stays the caller's.
 * Returns how many bytes follow the progress in buf; 0 means nothing yet. Or
 *   END            all results were taken
 *   FAILED         progress.need bytes of JSON follow the progress: "kind" is
 *                  "signature", "manifest", "root", "request", "cancelled" or
 *                  "internal"; "message" is for people; "list" is the number of the
 *                  list that a "manifest" error is about.
 *   MORE_ROOM      nothing was taken; call again with progress.need bytes
 *   BAD_HANDLE, BAD_ARGUMENT, PANIC
 * Calls for one handle wait for each other. */
int64_t checksig_next(int64_t handle, char *buf, int64_t cap, int64_t wait_ms);

/* Settles pending files of a run of "match" or "collect". data holds n bytes of packed settlements, is
 * not NULL, and is the caller's again on return. A settlement is
 *   32 bits      the number of the pending record
 *   8 bits       status
 *   8 bits       1 if nobody has read the file, and the digests are what its server says, of all of
 *                it; else 0. A file of another size than its item's is "changed"
 *   16 bits      of a file that is served, a bit for each of those algorithms below of which there is
 *                a digest; else 0. Some are enough if all are listed in one list, and if they would
 *                be were they all that is listed
 *   64 bits      bytes read; -1 if the file was not opened
 *   32 bits      a length, and that many bytes: if the status is 0, the digests that were
 *                computed, as bytes, end to end, each algorithm once, in the order in which they
 *                first occur in the record's digests (or the one algorithm of the record); else
 *                the reason as text
 * The status is 0 if the file was read to its end, or is served, whatever its digests are: the library
 * judges them. Else it is that of missing, unreadable, not-regular or changed. The verdict
 * is counted, and its record is there for the next call of checksig_next. This call waits
 * for none of those, nor for room: it may come from the thread that takes the records, and
 * from several threads at a time.
 *
 * Returns 0, BAD_HANDLE, PANIC, or BAD_ARGUMENT if the run is of another kind, no file of
 * this number is pending (it never was, or it is settled), the status is another one, the
 * digests have another length, there are digests and no size, or a settlement is cut short.
 * Those before the bad one are settled then, and it and those behind it are not.
 *
 * A run with pending files does not end by itself, and never with END. */
int checksig_settle(int64_t handle, char *data, int64_t n);

/* Hands over items for a run of "match" whose request has "offered", a part of them at a time. data
 * holds n bytes of packed items, is not NULL, and is the caller's again on return. With n = 0 there
 * are no more: what is listed, and has not come, is missing. Each item is held against the lists as
 * it comes. One whose mark is 2 waits for the others: if another of its name has come, it does not
 * stand for that, and is reported. The second of two of one name whose status is 0 is reported as
 * unreadable.
 *
 * Waits for room at most wait_ms milliseconds, which there is again when what came before has been
 * matched, and records of it were taken with checksig_next. Returns 1 if the items were taken (or the
 * run is over: checksig_next says why), 0 if there was no room: nothing was taken then. Or
 * BAD_HANDLE, PANIC, or BAD_ARGUMENT if the run takes none, or an item makes no sense.
 *
 * Such a run does not end before it was said that there are no more. */
int checksig_offer(int64_t handle, char *data, int64_t n, int64_t wait_ms);

/* Has the library read pending files of a run of "match" or "collect" whose request has "fetch". data holds
 * n bytes of packed orders, is not NULL, and is the caller's again on return. An order is
 *   32 bits      the number of the pending record; of "get", anything
 *   64 bits      the size in bytes, if it is known; else -1
 *   8 bits       1 if the URL is that of one version, plus 2 if the server is known to give parts
 *   32 bits each the lengths of what follows: the URL, "http" or "https"; the entity tag of the
 *                version, if it is known; header lines that a request needs, "Name: value" with
 *                a newline behind each, which go to no other origin
 * What is known of an object has to be what the server says of it: if it is of another version or
 * size, it is "changed", and so it is if it becomes that while it is read. What is not known, the
 * first answer says, and all others have to agree.
 *
 * Returns 0, BAD_HANDLE, PANIC, or BAD_ARGUMENT if the run reads no URLs, a file is not pending, or an
 * order makes no sense; none of them is read then. The verdict comes as after checksig_settle. */
int checksig_fetch(int64_t handle, char *data, int64_t n);

/* Asks a run to end, and returns 0, BAD_HANDLE or PANIC. checksig_next then reports
 * results that were ready, and in the end FAILED with kind "cancelled". */
int checksig_cancel(int64_t handle);

/* Cancels a run and gives up its handle, or that of a hasher. Waits up to 100 ms
 * for the run's threads to let go of the files they have open. Returns 0,
 * BAD_HANDLE or PANIC. */
int checksig_free(int64_t handle);

/* Makes a hasher: a stream of bytes, for those that do not lie in a file of their
 * own, and the digests that are computed of it. Returns its handle, which is
 * positive, or BAD_ARGUMENT, if the request makes no sense too, or PANIC. The
 * request is the caller's again on return. It is JSON:
 *   "algorithms" names, one or more
 *   "disable"    as in checksig_start
 *   "fault"      for tests: whether updates panic
 *   "blake3"     in the place of algorithms: BLAKE3 with a key, or more or other bytes of its output,
 *                as an object; of the first two, one or none
 *     "key"      its 32 bytes, in base64
 *     "context"  what a key is derived for
 *     "from"     where the digest begins in the output, in bytes
 *     "size"     the length of the digest in bytes, 64 MiB at most
 * The handles of hashers are none of runs: what is meant for the others answers
 * BAD_HANDLE. checksig_free gives one up. */
int64_t checksig_hasher(char *request, int64_t n);

/* Hashes the next n bytes of the stream, by all algorithms. data is not NULL, even
 * if n is 0; it is read until the call returns, and not kept. Returns 0, BAD_HANDLE,
 * BAD_ARGUMENT or PANIC, after which the hasher has no digests any more. Calls for
 * one handle wait for each other. */
int checksig_update(int64_t handle, char *data, int64_t n);

/* Hashes the next bytes of several streams, as checksig_update does of one, but those of one
 * algorithm side by side on one core: so it is several times as fast. They lie in the m bytes of
 * data, which are read where they lie until the call returns, and not kept; nobody may change them
 * meanwhile. The table has n bytes, three numbers of 64 bits for each stream: the handle of its
 * hasher, where in data its bytes begin, and how many they are, which may be 0. It is the caller's
 * again on return. Neither pointer is NULL.
 *
 * Returns 0. Or BAD_ARGUMENT, if a hasher is there twice or bytes do not lie in data too, or
 * BAD_HANDLE: then nothing was hashed. Or PANIC, after which none of these hashers has digests any
 * more, or, if one of them had none before, nothing was hashed. */
int checksig_update_each(char *table, int64_t n, char *data, int64_t m);

/* Writes the digests of the stream so far to buf, one after the other, in the order
 * of the request. The stream may go on. Returns their length; if that is more than
 * cap, nothing was written. Or BAD_HANDLE, BAD_ARGUMENT, PANIC. */
int64_t checksig_sum(int64_t handle, char *buf, int64_t cap);

/* Hashes whole messages, several at a time on one core. They lie in the m bytes of data, which are
 * read where they lie until the call returns, and not kept; nobody may change them meanwhile. The
 * request is a line of JSON as that of checksig_hasher, without "blake3", ended by a newline, then
 * for each message two numbers of 64 bits: where in data it begins, and its length, which may be 0.
 * It is the caller's again on return. No pointer is NULL, even if there is nothing behind it.
 *
 * Writes to buf the digests of each message by all algorithms, in the order of the request, those
 * of one message behind those of the one before. Returns their length; if that is more than cap,
 * nothing was hashed or written. Or BAD_ARGUMENT, if the request makes no sense or a message does
 * not lie in data too; or PANIC, after which what is in buf is no digest. */
int64_t checksig_hash(char *request, int64_t n, char *data, int64_t m, char *buf, int64_t cap);

/* Checks one signature over a message of m bytes, which are read where they lie until the call
 * returns, and not kept. The request is a line of JSON, ended by a newline, then the public key,
 * then the signature, to its end. The JSON:
 *   "scheme"     "ed25519", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-pkcs1v15" or "rsa-pss"
 *   "hash"       "sha256", "sha384" or "sha512"; of "ed25519", absent or ""
 *   "digest"     whether the message is the digest, and not what it is of; of "ed25519", false: a
 *                digest that it is over is its message
 *   "salt"       of "rsa-pss", the length of the salt in bytes, which is not 0; -1, or absent, for any
 *   "public"     length in bytes of the key: the 32 of "ed25519", or SubjectPublicKeyInfo in DER
 * Signatures of ECDSA are in DER, spelled the one way. Those of RSA are as long as the modulus, which
 * has 2,048 to 16,384 bits; its exponent is odd, and from 3 to 2^31 - 1. A point is not compressed.
 * Neither pointer is NULL. Returns 1 if the signature is right; 0 if it is not, or the key is damaged,
 * of another kind, or spelled in another way; or BAD_ARGUMENT, if the request makes no sense or a
 * digest has the wrong length too, or PANIC. */
int checksig_check_signature(char *request, int64_t n, char *message, int64_t m);

/* Writes JSON about keys and certificates to buf. The request is a line of JSON, ended by a newline,
 * then bytes of DER, and the caller's again on return. The JSON:
 *   "op"         "key", "certificate" or "path"
 *   "chain"      of "path", the lengths in bytes of certificates, in an array: the one that signed first
 *   "anchors"    of "path", those of certificates that are trusted, whose bytes follow
 *   "at"         of "path", the time at which all have to be valid, in seconds since 1970
 *   "purpose"    of "path", the object identifier of an extended key usage: the first certificate
 *                has to have it, and the others if they have any
 * The answer is an object with one field. "error" says in words what is wrong, none of them the
 * certificate's. Of "key", "key" has "kind" and "bits" of a SubjectPublicKeyInfo. Of "certificate",
 * "certificate" has what that says of itself, which nobody has vouched for: "subject" and "issuer"
 * (RFC 4514), "own" (whether it names itself as its issuer), "holds" (whether its own key signed it then), "serial", "names"
 * (each with "kind": "mail", "uri" or "host", and "value"), "public" (SubjectPublicKeyInfo, in base64),
 * "key" (null if it is none that signs here), "after" and "before" (seconds since 1970), "authority",
 * "algorithm", "purposes", "uses" (null if it does not say), and "critical" (extensions that nobody
 * here knows). Of "path", "path" has the SubjectPublicKeyInfo, in base64, of each certificate from
 * the first to one that is trusted, which may be the first. There is none without an anchor: those
 * of the system are not looked at.
 *
 * Returns the length of the answer; if that is more than cap, nothing was written. Or BAD_ARGUMENT, if
 * the request makes no sense too, or PANIC. */
int64_t checksig_certificates(char *request, int64_t n, char *buf, int64_t cap);

/* Writes a JSON description of the library to buf: version, algorithms, the
 * names of the statuses. Returns its length; if that is more than cap, nothing
 * was written. Or BAD_ARGUMENT, PANIC. */
int64_t checksig_describe(char *buf, int64_t cap);

#endif
