"""What an event loop of asyncio waits for: answers that a coroutine awaits, and connections being made.

No call of these waits, the loop's selector does. Its map says for what; read are objects of asyncio alone,
by what their instances hold themselves, so that nothing of the program is called.
"""
from _weakref import ref

from .addresses import address_text, kind_of
from .calls import call_ends, call_enters
from .held import held_by, type_of
from .received import Received
from .state import state
from .variables import variables_of

_MOST_STREAMS = 64
_MOST_FRAMES = 64
_ITS_FILE = "/asyncio/selector_events.py"
_AWAITED = ("_sock_recv", "_sock_recv_into", "_sock_recvfrom", "_sock_recvfrom_into")


def follow_streams(frames):
    """Calls that are new are entered, those that are over end."""
    awaited = _awaited_in(frames)
    for key in [key for key in state.streams if key not in awaited]:
        ident, received = state.streams.pop(key)
        call_ends(ident, size=received and received.bytes())
    for key, (address, connection) in awaited.items():
        if key not in state.streams:
            received = None if type(connection) is not type_of("socket", "socket") else Received(connection)
            state.streams[key] = (call_enters(kind_of(address), address_text(address)), received)


def are_followed(frames):
    """What is awaited is what was when somebody looked."""
    return _awaited_in(frames).keys() == state.streams.keys()


def _awaited_in(frames):
    """(the other side's address, the connection) by the future that is awaited."""
    awaited = {}
    state.has_event_loop = False
    for frame in frames[:_MOST_FRAMES]:
        code = frame.f_code
        if code.co_name == "_run_once" and code.co_filename.endswith("/asyncio/base_events.py"):
            state.has_event_loop = True
            variables, snapshot = variables_of(frame)
            try:
                _find(awaited, variables.get("self"))
            finally:
                if snapshot is not None:
                    snapshot.clear()
    return awaited


def _find(awaited, loop):
    registered = held_by(held_by(loop).get("_selector")).get("_fd_to_key")
    if type(registered) is not dict:
        return
    for key in list(registered.values())[:_MOST_STREAMS]:
        data = key[3] if type(key) is type_of("selectors", "SelectorKey") else None
        if type(data) is tuple and len(data) == 2:
            _note(awaited, _reading(data[0]))
            _note(awaited, _connecting(data[1]))


def _note(awaited, found):
    if found is not None and type(found[1]) is tuple:
        awaited[id(found[0])] = found[1:]


def _reading(handle):
    """(the future that is awaited, the other side's address, the connection)"""
    method, args = _method_of(handle)
    if method is None:
        return None
    if method.__func__.__name__ in _AWAITED and len(args) > 1:
        return args[0], _other_side(args[1]), args[1]
    transport = held_by(method.__self__)
    protocol = transport.get("_protocol")
    if type(protocol) is type_of("asyncio.sslproto", "SSLProtocol"):
        protocol = held_by(protocol).get("_app_protocol")
    if type(protocol) is not type_of("asyncio.streams", "StreamReaderProtocol"):
        return None
    own = held_by(protocol)
    reader = own.get("_stream_reader_wr")
    # A server's connection waits for the next request, not for an answer.
    if type(reader) is not ref or own.get("_client_connected_cb") is not None:
        return None
    waiter = held_by(reader()).get("_waiter")
    connection = transport.get("_sock")
    return None if waiter is None else (waiter, _other_side(connection), connection)


def _connecting(handle):
    method, args = _method_of(handle)
    if method is None or method.__func__.__name__ != "_sock_connect_cb" or len(args) < 3:
        return None
    # Nothing is received before it is made.
    return args[0], args[2], None


def _other_side(connection):
    if type(connection) is not type_of("socket", "socket"):
        return None
    try:
        return type_of("_socket", "socket").getpeername(connection)
    except OSError:
        return None


class _Plain:
    def method(self):
        pass


_Method, _Function = type(_Plain().method), type(_Plain.method)


def _method_of(handle):
    """The method that a handle of asyncio calls, where that is one of asyncio's, and its arguments."""
    if type(handle) is not type_of("asyncio.events", "Handle"):
        return None, ()
    method, args = handle._callback, handle._args
    function = method.__func__ if type(method) is _Method else None
    if type(function) is not _Function or not function.__code__.co_filename.endswith(_ITS_FILE):
        return None, ()
    return method, args or ()
