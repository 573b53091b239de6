"""Writes lines of the protocol to the FIFO, and never waits."""
import os
import time

from .state import state

LONGEST = 4096
_NAME_LENGTH = 200
_HIGH_FD = 241

monotonic = time.monotonic


def open_pipe():
    try:
        fd = os.open(state.path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        fd = _out_of_the_way(fd)
        status = os.fstat(fd)
        state.fd, state.identity = fd, (status.st_dev, status.st_ino)
    except Exception:
        state.fd = -1


def _out_of_the_way(fd):
    """Programs count on low numbers being free; where the high one is taken, or too high, so be it."""
    try:
        os.fstat(_HIGH_FD)
        return fd
    except OSError:
        pass
    try:
        os.dup2(fd, _HIGH_FD, inheritable=False)
    except OSError:
        return fd
    os.close(fd)
    return _HIGH_FD


def _is_ours():
    """The program may have closed the descriptor and opened a file of its own under its number."""
    try:
        status = os.fstat(state.fd)
    except OSError:
        return False
    return (status.st_dev, status.st_ino) == state.identity


def send(fields):
    head = '{"v":1,"pid":%d,"t":%.4f,' % (os.getpid(), monotonic())
    line = (head + fields + "}\n").encode("utf-8", "replace")
    if len(line) > LONGEST:
        return False
    if not _is_ours():
        open_pipe()
        if state.fd < 0:
            return False
    try:
        os.write(state.fd, line)
    except OSError:
        pass  # Nobody reads, or too much was said: the message is lost, the program goes on.
    return True


_ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\"}
_ESCAPES.update({code: "\\u%04x" % code for code in range(32)})
_ESCAPES.update({code: "\\ufffd" for code in range(0xDC80, 0xDD00)})


def text(value):
    return '"' + value[:_NAME_LENGTH].translate(_ESCAPES) + '"'
