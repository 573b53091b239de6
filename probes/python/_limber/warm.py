"""An interpreter that is up before there is anything to run: it waits here for an execution to claim it."""
import os
import sys

from .messages import send

# Nobody claims it: whoever made it is gone.
_UNCLAIMED = 125


def wait(folder):
    """
    Reads arguments and environment of the execution, from the FIFO `claim` in `folder`, and takes them for
    its own. The message: its length in ten digits, the number of arguments, the arguments and the names and
    values of the environment in turn, each ended by NUL.
    """
    try:
        fd = os.open(folder + "/claim", os.O_RDONLY | os.O_CLOEXEC)
        send('"kind":"ready"')
        length = int(_read(fd, 10))
        count, *texts = _read(fd, length).decode("utf-8", "surrogateescape").split("\0")[:-1]
        os.close(fd)
    except BaseException:
        os._exit(_UNCLAIMED)
    arguments, variables = texts[: int(count)], texts[int(count) :]
    _become(arguments, dict(zip(variables[::2], variables[1::2])))


def _read(fd, length):
    parts = []
    while length > 0:
        part = os.read(fd, length)
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _become(arguments, environment):
    sys.argv[1:] = arguments
    sys.orig_argv[2:] = arguments
    # bubblewrap sets it where it changes to the folder, after all others.
    folder = os.environ.get("PWD")
    if folder is not None:
        environment["PWD"] = folder
    # In the same order as in a process that was started with it.
    for name in list(os.environ):
        del os.environ[name]
    os.environ.update(environment)
