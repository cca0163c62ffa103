#define _GNU_SOURCE /* MAP_ANONYMOUS, and si_addr on old systems */
#include "run.h"

#if defined(__unix__) || defined(__APPLE__)

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The page of a mapped file that lies behind the file's end, or that the device
 * fails to deliver, raises SIGBUS in the thread that reads it. The handler below
 * puts zeros in its place and notes the lane.
 *
 * Who else answers SIGBUS: the Go runtime, which was here first, and before it
 * whatever the process had (Python's faulthandler). What is not ours goes to who
 * was there before us, with the arguments that we got. Who comes after us takes
 * our place: then checksig_guards says no, and files are read, not mapped. We do
 * not take the place back. Two handlers that each name the other as the one
 * before them would call each other for ever.
 *
 * faulthandler, enabled after us, calls the one before it by raise(), which
 * loses the address. If that happens while a mapped file is hashed, and the file
 * is cut short at the same time, the process ends as it does without us. */

static struct sigaction before;
static int installed;

/* What the kernel on this thread works on; NULL outside of checksig_run. Written
 * and read by the same thread: volatile is all that a signal handler needs. */
static _Thread_local struct batch *volatile working;

/* Puts zeros in the place of what is left of a lane's pages, and returns whether
 * the address is among them. */
static int replace(struct batch *b, int lane, uintptr_t address, uintptr_t page)
{
	const uintptr_t start = (uintptr_t)b->data[lane], end = start + b->size;
	if (address < start || address >= end)
		return 0;
	/* The first and the last page may be shared with bytes that this step does
	 * not hash, but not with another mapping: mappings are made of pages. */
	const uintptr_t from = address & ~(page - 1), to = (end + page - 1) & ~(page - 1);
	void *zeros = mmap((void *)from, to - from, PROT_READ,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	b->lost |= (uint32_t)1 << lane;
	return zeros != MAP_FAILED;
}

static void pass_on(int number, siginfo_t *info, void *context)
{
	if (before.sa_flags & SA_SIGINFO) {
		before.sa_sigaction(number, info, context);
	} else if (before.sa_handler == SIG_DFL) {
		/* The instruction runs again, and this time the signal ends the
		 * process, with the right address in its core file. */
		signal(number, SIG_DFL);
	} else if (before.sa_handler != SIG_IGN) {
		before.sa_handler(number);
	}
}

static void on_sigbus(int number, siginfo_t *info, void *context)
{
	struct batch *const b = working;
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	int done = 0;
	for (int lane = 0; b != NULL && info->si_code > 0 && lane < b->lanes; lane++)
		done |= replace(b, lane, (uintptr_t)info->si_addr, page);
	if (!done)
		pass_on(number, info, context);
}

static void install(void)
{
	struct sigaction ours;
	memset(&ours, 0, sizeof ours);
	ours.sa_sigaction = on_sigbus;
	/* SA_ONSTACK: Go's threads have small stacks, and a stack for signals. */
	ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
	sigfillset(&ours.sa_mask);
	installed = sigaction(SIGBUS, NULL, &before) == 0 && sigaction(SIGBUS, &ours, NULL) == 0;
}

int checksig_guards(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct sigaction now;
	pthread_once(&once, install);
	return installed && sigaction(SIGBUS, NULL, &now) == 0 &&
	       (now.sa_flags & SA_SIGINFO) && now.sa_sigaction == on_sigbus;
}

void checksig_run(kernel *k, struct batch *b)
{
	b->lost = 0;
	working = b;
	k(b->state, b->data, b->blocks);
	working = NULL;
}

#else

int checksig_guards(void)
{
	return 0;
}

void checksig_run(kernel *k, struct batch *b)
{
	b->lost = 0;
	k(b->state, b->data, b->blocks);
}

#endif
