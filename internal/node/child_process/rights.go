package childprocess

import (
	"golang.org/x/sys/unix"
)

// Descriptors travel beside the bytes of a Unix socket (SCM_RIGHTS): one with the first byte of a write. The kernel
// hands them over at a read that ends with the bytes they came with.

// maxRights is how many descriptors one read may bring; JavaScript's half sends one at a time.
const maxRights = 16

// sendRights writes data with a descriptor beside it, which the caller keeps.
func sendRights(socket int, data []byte, fd int) (int, error) {
	return unix.SendmsgN(socket, data, unix.UnixRights(fd), nil, unix.MSG_NOSIGNAL)
}

// receiveRights reads data, and the descriptors that came with it.
func receiveRights(socket int, buffer []byte) (n int, fds []int, err error) {
	oob := make([]byte, unix.CmsgSpace(maxRights*4))
	n, oobn, _, _, err := unix.Recvmsg(socket, buffer, oob, unix.MSG_CMSG_CLOEXEC)
	if err != nil || oobn == 0 {
		return n, nil, err
	}
	messages, err := unix.ParseSocketControlMessage(oob[:oobn])
	if err != nil {
		return n, nil, nil // nothing that we know
	}
	for i := range messages {
		if more, err := unix.ParseUnixRights(&messages[i]); err == nil {
			fds = append(fds, more...)
		}
	}
	return n, fds, nil
}
