package os

import (
	"golang.org/x/sys/unix"

	"github.com/sluice-http/sluice/internal/v8"
)

// constant is one named number of the operating system; the order of the lists is Node's.
type constant struct {
	name  string
	value int
}

var errnos = []constant{
	{"E2BIG", int(unix.E2BIG)}, {"EACCES", int(unix.EACCES)}, {"EADDRINUSE", int(unix.EADDRINUSE)},
	{"EADDRNOTAVAIL", int(unix.EADDRNOTAVAIL)}, {"EAFNOSUPPORT", int(unix.EAFNOSUPPORT)}, {"EAGAIN", int(unix.EAGAIN)},
	{"EALREADY", int(unix.EALREADY)}, {"EBADF", int(unix.EBADF)}, {"EBADMSG", int(unix.EBADMSG)}, {"EBUSY", int(unix.EBUSY)},
	{"ECANCELED", int(unix.ECANCELED)}, {"ECHILD", int(unix.ECHILD)}, {"ECONNABORTED", int(unix.ECONNABORTED)},
	{"ECONNREFUSED", int(unix.ECONNREFUSED)}, {"ECONNRESET", int(unix.ECONNRESET)}, {"EDEADLK", int(unix.EDEADLK)},
	{"EDESTADDRREQ", int(unix.EDESTADDRREQ)}, {"EDOM", int(unix.EDOM)}, {"EDQUOT", int(unix.EDQUOT)}, {"EEXIST", int(unix.EEXIST)},
	{"EFAULT", int(unix.EFAULT)}, {"EFBIG", int(unix.EFBIG)}, {"EHOSTUNREACH", int(unix.EHOSTUNREACH)}, {"EIDRM", int(unix.EIDRM)},
	{"EILSEQ", int(unix.EILSEQ)}, {"EINPROGRESS", int(unix.EINPROGRESS)}, {"EINTR", int(unix.EINTR)}, {"EINVAL", int(unix.EINVAL)},
	{"EIO", int(unix.EIO)}, {"EISCONN", int(unix.EISCONN)}, {"EISDIR", int(unix.EISDIR)}, {"ELOOP", int(unix.ELOOP)},
	{"EMFILE", int(unix.EMFILE)}, {"EMLINK", int(unix.EMLINK)}, {"EMSGSIZE", int(unix.EMSGSIZE)}, {"EMULTIHOP", int(unix.EMULTIHOP)},
	{"ENAMETOOLONG", int(unix.ENAMETOOLONG)}, {"ENETDOWN", int(unix.ENETDOWN)}, {"ENETRESET", int(unix.ENETRESET)},
	{"ENETUNREACH", int(unix.ENETUNREACH)}, {"ENFILE", int(unix.ENFILE)}, {"ENOBUFS", int(unix.ENOBUFS)}, {"ENODATA", int(unix.ENODATA)},
	{"ENODEV", int(unix.ENODEV)}, {"ENOENT", int(unix.ENOENT)}, {"ENOEXEC", int(unix.ENOEXEC)}, {"ENOLCK", int(unix.ENOLCK)},
	{"ENOLINK", int(unix.ENOLINK)}, {"ENOMEM", int(unix.ENOMEM)}, {"ENOMSG", int(unix.ENOMSG)}, {"ENOPROTOOPT", int(unix.ENOPROTOOPT)},
	{"ENOSPC", int(unix.ENOSPC)}, {"ENOSR", int(unix.ENOSR)}, {"ENOSTR", int(unix.ENOSTR)}, {"ENOSYS", int(unix.ENOSYS)},
	{"ENOTCONN", int(unix.ENOTCONN)}, {"ENOTDIR", int(unix.ENOTDIR)}, {"ENOTEMPTY", int(unix.ENOTEMPTY)}, {"ENOTSOCK", int(unix.ENOTSOCK)},
	{"ENOTSUP", int(unix.ENOTSUP)}, {"ENOTTY", int(unix.ENOTTY)}, {"ENXIO", int(unix.ENXIO)}, {"EOPNOTSUPP", int(unix.EOPNOTSUPP)},
	{"EOVERFLOW", int(unix.EOVERFLOW)}, {"EPERM", int(unix.EPERM)}, {"EPIPE", int(unix.EPIPE)}, {"EPROTO", int(unix.EPROTO)},
	{"EPROTONOSUPPORT", int(unix.EPROTONOSUPPORT)}, {"EPROTOTYPE", int(unix.EPROTOTYPE)}, {"ERANGE", int(unix.ERANGE)},
	{"EROFS", int(unix.EROFS)}, {"ESPIPE", int(unix.ESPIPE)}, {"ESRCH", int(unix.ESRCH)}, {"ESTALE", int(unix.ESTALE)},
	{"ETIME", int(unix.ETIME)}, {"ETIMEDOUT", int(unix.ETIMEDOUT)}, {"ETXTBSY", int(unix.ETXTBSY)}, {"EWOULDBLOCK", int(unix.EWOULDBLOCK)},
	{"EXDEV", int(unix.EXDEV)},
}

var signals = []constant{
	{"SIGHUP", int(unix.SIGHUP)}, {"SIGINT", int(unix.SIGINT)}, {"SIGQUIT", int(unix.SIGQUIT)}, {"SIGILL", int(unix.SIGILL)},
	{"SIGTRAP", int(unix.SIGTRAP)}, {"SIGABRT", int(unix.SIGABRT)}, {"SIGIOT", int(unix.SIGIOT)}, {"SIGBUS", int(unix.SIGBUS)},
	{"SIGFPE", int(unix.SIGFPE)}, {"SIGKILL", int(unix.SIGKILL)}, {"SIGUSR1", int(unix.SIGUSR1)}, {"SIGSEGV", int(unix.SIGSEGV)},
	{"SIGUSR2", int(unix.SIGUSR2)}, {"SIGPIPE", int(unix.SIGPIPE)}, {"SIGALRM", int(unix.SIGALRM)}, {"SIGTERM", int(unix.SIGTERM)},
	{"SIGCHLD", int(unix.SIGCHLD)}, {"SIGSTKFLT", int(unix.SIGSTKFLT)}, {"SIGCONT", int(unix.SIGCONT)}, {"SIGSTOP", int(unix.SIGSTOP)},
	{"SIGTSTP", int(unix.SIGTSTP)}, {"SIGTTIN", int(unix.SIGTTIN)}, {"SIGTTOU", int(unix.SIGTTOU)}, {"SIGURG", int(unix.SIGURG)},
	{"SIGXCPU", int(unix.SIGXCPU)}, {"SIGXFSZ", int(unix.SIGXFSZ)}, {"SIGVTALRM", int(unix.SIGVTALRM)}, {"SIGPROF", int(unix.SIGPROF)},
	{"SIGWINCH", int(unix.SIGWINCH)}, {"SIGIO", int(unix.SIGIO)}, {"SIGPOLL", int(unix.SIGPOLL)}, {"SIGPWR", int(unix.SIGPWR)},
	{"SIGSYS", int(unix.SIGSYS)},
}

// priorities are libuv's names for nice values.
var priorities = []constant{
	{"PRIORITY_LOW", 19}, {"PRIORITY_BELOW_NORMAL", 10}, {"PRIORITY_NORMAL", 0},
	{"PRIORITY_ABOVE_NORMAL", -7}, {"PRIORITY_HIGH", -14}, {"PRIORITY_HIGHEST", -20},
}

// dlopen holds glibc's flags, which Go's packages do not name.
var dlopen = []constant{{"RTLD_LAZY", 1}, {"RTLD_NOW", 2}, {"RTLD_GLOBAL", 256}, {"RTLD_LOCAL", 0}, {"RTLD_DEEPBIND", 8}}

var fileConstants = []constant{
	{"UV_FS_SYMLINK_DIR", 1}, {"UV_FS_SYMLINK_JUNCTION", 2},
	{"O_RDONLY", unix.O_RDONLY}, {"O_WRONLY", unix.O_WRONLY}, {"O_RDWR", unix.O_RDWR},
	{"UV_DIRENT_UNKNOWN", 0}, {"UV_DIRENT_FILE", 1}, {"UV_DIRENT_DIR", 2}, {"UV_DIRENT_LINK", 3},
	{"UV_DIRENT_FIFO", 4}, {"UV_DIRENT_SOCKET", 5}, {"UV_DIRENT_CHAR", 6}, {"UV_DIRENT_BLOCK", 7},
	{"S_IFMT", unix.S_IFMT}, {"S_IFREG", unix.S_IFREG}, {"S_IFDIR", unix.S_IFDIR}, {"S_IFCHR", unix.S_IFCHR},
	{"S_IFBLK", unix.S_IFBLK}, {"S_IFIFO", unix.S_IFIFO}, {"S_IFLNK", unix.S_IFLNK}, {"S_IFSOCK", unix.S_IFSOCK},
	{"O_CREAT", unix.O_CREAT}, {"O_EXCL", unix.O_EXCL}, {"UV_FS_O_FILEMAP", 0}, {"UV_FS_O_TEMPORARY", 0},
	{"UV_FS_O_SHORT_LIVED", 0}, {"UV_FS_O_SEQUENTIAL", 0}, {"UV_FS_O_RANDOM", 0},
	{"O_NOCTTY", unix.O_NOCTTY}, {"O_TRUNC", unix.O_TRUNC}, {"O_APPEND", unix.O_APPEND},
	{"O_DIRECTORY", unix.O_DIRECTORY}, {"O_NOATIME", unix.O_NOATIME}, {"O_NOFOLLOW", unix.O_NOFOLLOW},
	{"O_SYNC", unix.O_SYNC}, {"O_DSYNC", unix.O_DSYNC}, {"O_DIRECT", unix.O_DIRECT}, {"O_NONBLOCK", unix.O_NONBLOCK},
	{"S_IRWXU", unix.S_IRWXU}, {"S_IRUSR", unix.S_IRUSR}, {"S_IWUSR", unix.S_IWUSR}, {"S_IXUSR", unix.S_IXUSR},
	{"S_IRWXG", unix.S_IRWXG}, {"S_IRGRP", unix.S_IRGRP}, {"S_IWGRP", unix.S_IWGRP}, {"S_IXGRP", unix.S_IXGRP},
	{"S_IRWXO", unix.S_IRWXO}, {"S_IROTH", unix.S_IROTH}, {"S_IWOTH", unix.S_IWOTH}, {"S_IXOTH", unix.S_IXOTH},
	{"F_OK", 0}, {"R_OK", unix.R_OK}, {"W_OK", unix.W_OK}, {"X_OK", unix.X_OK},
	{"UV_FS_COPYFILE_EXCL", 1}, {"COPYFILE_EXCL", 1}, {"UV_FS_COPYFILE_FICLONE", 2}, {"COPYFILE_FICLONE", 2},
	{"UV_FS_COPYFILE_FICLONE_FORCE", 4}, {"COPYFILE_FICLONE_FORCE", 4},
}

// flat lays a list out as alternating names and numbers, which JavaScript makes an object of.
func flat(list []constant) []any {
	out := make([]any, 0, 2*len(list))
	for _, c := range list {
		out = append(out, c.name, c.value)
	}
	return out
}

// constants(group) answers one group of the operating system's constants.
func constants(c *v8.Call) {
	switch c.String(0) {
	case "errno":
		c.Return(flat(errnos))
	case "signals":
		c.Return(flat(signals))
	case "priority":
		c.Return(flat(priorities))
	case "dlopen":
		c.Return(flat(dlopen))
	case "fs":
		c.Return(flat(fileConstants))
	}
}
