"""Thin wrappers around what makes calls: the same result, the same exception, a call noted around it.

Nothing is imported for it: what is wrapped is what the program has imported itself, at the moment
when it first makes a socket or starts a process (PEP 578 audit events tell).
"""
import os
import sys

from .calls import call_begins, call_ends
from .state import state

_PORTS = {5432: "database", 3306: "database", 6379: "database", 27017: "database", 1433: "database"}

_wrapped = set()


def install():
    sys.addaudithook(_hook)


def _hook(event, args):
    if state.owed is not None and event not in _FORKS:
        state.owed()
    if event in _EVENTS:
        try:
            _wrap_what_is_there()
        except Exception:
            pass


_FORKS = frozenset(("os.fork", "os.forkpty"))
_EVENTS = frozenset(("socket.__new__", "http.client.connect", "subprocess.Popen"))


def _wrap_what_is_there():
    _wrap_once("socket", _wrap_socket)
    _wrap_once("httpx", _wrap_httpx)
    _wrap_once("http.client", _wrap_http)
    _wrap_once("subprocess", _wrap_subprocess)


def _wrap_once(name, wrap):
    module = sys.modules.get(name)
    if name in _wrapped or module is None:
        return
    _wrapped.add(name)
    wrap(module)


def _around(owner, name, describe):
    """Replaces owner.name by itself with a call noted around it; an exception passes as it is."""
    inner = getattr(owner, name)

    def outer(*args, **kwargs):
        try:
            ident = call_begins(*describe(args, kwargs))
        except Exception:
            ident = None
        try:
            result = inner(*args, **kwargs)
        except BaseException as error:
            if ident is not None:
                call_ends(ident, _error_name(error))
            raise
        if ident is not None:
            call_ends(ident)
        return result

    _look_alike(outer, inner)
    setattr(owner, name, outer)


def _look_alike(outer, inner):
    for attribute in ("__module__", "__name__", "__qualname__", "__doc__", "__defaults__"):
        try:
            setattr(outer, attribute, getattr(inner, attribute))
        except (AttributeError, TypeError):
            pass
    outer.__wrapped__ = inner


def _error_name(error):
    # A socket that does not wait says so by an exception; nothing went wrong.
    name = type(error).__name__
    return None if name == "BlockingIOError" else name


def _address(address):
    if type(address) is tuple and len(address) >= 2:
        return "%s:%s" % (address[0], address[1])
    return str(address) if type(address) is str else "local"


def _wrap_socket(module):
    def connecting(args, kwargs):
        address = args[1] if len(args) > 1 else None
        port = address[1] if type(address) is tuple and len(address) > 1 else 0
        return _PORTS.get(port, "socket"), _address(address)

    def resolving(args, kwargs):
        host = args[0] if args else kwargs.get("host")
        return "dns", host if type(host) is str else "?"

    _around(module.socket, "connect", connecting)
    _around(module, "getaddrinfo", resolving)


def _wrap_http(module):
    def answering(args, kwargs):
        return "http", "%s:%s" % (args[0].host, args[0].port)

    _around(module.HTTPConnection, "getresponse", answering)


def _wrap_httpx(module):
    def sending(args, kwargs):
        url = args[1].url
        return "http", "%s:%s" % (url.host, url.port or (443 if url.scheme == "https" else 80))

    _around(module.Client, "send", sending)
    inner = module.AsyncClient.send

    async def outer(*args, **kwargs):
        try:
            ident = call_begins(*sending(args, kwargs))
        except Exception:
            ident = None
        try:
            return await inner(*args, **kwargs)
        finally:
            if ident is not None:
                error = sys.exc_info()[1]
                call_ends(ident, type(error).__name__ if error else None)

    _look_alike(outer, inner)
    module.AsyncClient.send = outer


def _wrap_subprocess(module):
    def waiting(args, kwargs):
        command = args[0].args
        first = command[0] if type(command) in (list, tuple) and command else command
        name = os.fsdecode(first) if type(first) in (str, bytes) else "?"
        return "subprocess", os.path.basename(name.split(" ")[0])

    _around(module.Popen, "wait", waiting)
    _around(module.Popen, "communicate", waiting)
