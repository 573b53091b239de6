"""How many bytes a connection has received: the kernel counts them, whoever reads them, and when."""
import sys
from _weakref import ref

from .held import type_of

_TCP, _TCP_INFO = 6, 11
# tcpi_bytes_received (linux/tcp.h, since 4.1).
_AT, _END = 128, 136


class Received:
    """Since it was made; the connection is not kept alive. `bytes()` is None where nobody tells."""

    __slots__ = ("_connection", "_before")

    def __init__(self, connection):
        self._connection = ref(connection)
        self._before = received_by(connection)

    def bytes(self):
        connection = self._connection()
        return None if connection is None else since(self._before, received_by(connection))


def since(before, now):
    return None if now is None or before is None else now - before


def received_by(connection):
    """A socket, whatever its class has for methods."""
    kind = type_of("_socket", "socket")
    try:
        return _told(kind.getsockopt(connection, _TCP, _TCP_INFO, _END))
    except (OSError, TypeError):
        return None  # Closed, or of another kind.


def received_through(descriptor):
    """A connection that a driver in C holds: a socket is made of it for the question, and let go."""
    module = sys.modules["_socket"]
    if module.getdefaulttimeout() is not None:
        return None  # To make one would change how the driver waits.
    asked = module.socket(fileno=descriptor)
    try:
        return received_by(asked)
    finally:
        asked.detach()


def _told(info):
    return int.from_bytes(info[_AT:_END], "little") if len(info) == _END else None
