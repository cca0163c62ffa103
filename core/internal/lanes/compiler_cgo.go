//go:build cgo

package lanes

/*
static const char *compiler(void)
{
#if defined(__clang__)
	return "clang " __clang_version__;
#elif defined(__GNUC__)
	return "gcc " __VERSION__;
#else
	return "a compiler that does not say its name";
#endif
}
*/
import "C"

// Compiler returns the name and the version of what has compiled the kernels: how
// fast they are depends on it.
func Compiler() string { return C.GoString(C.compiler()) }
