"""How many bytes a connection has received: the kernel counts them, whoever reads them, and when."""
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
        self._before = _received_by(connection)

    def bytes(self):
        connection = self._connection()
        now = None if connection is None else _received_by(connection)
        return None if now is None or self._before is None else now - self._before


def _received_by(connection):
    if type(connection) is not type_of("socket", "socket"):
        return None
    try:
        told = type_of("_socket", "socket").getsockopt(connection, _TCP, _TCP_INFO, _END)
    except OSError:
        return None  # Closed, or of another kind.
    return int.from_bytes(told[_AT:_END], "little") if len(told) == _END else None
