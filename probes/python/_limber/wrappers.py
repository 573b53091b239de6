"""Thin wrappers around what makes calls: the same result, the same exception, a call noted around it.

Nothing is imported for it that the program does not import: what is wrapped is what is there when it
first makes a socket or starts a process, and a database's module when it imports that (PEP 578 audit
events tell).
"""
import os
import sys

from .addresses import address_text, kind_of
from .around import around, look_alike, size_in
from .calls import call_begins, call_ends
from .drivers import DRIVERS, wrap_driver
from .state import state

_wrapped = set()


def install():
    sys.addaudithook(_hook)


def _hook(event, args):
    if state.owed is not None and event not in _FORKS:
        state.owed()
    # Python 3.13 tells only of the module that makes them.
    if event == "cpython.PyInterpreterState_New" or event == "import" and args[0] in _INTERPRETERS:
        state.has_interpreters = True
    try:
        if event in _EVENTS:
            _wrap_what_is_there()
        elif event == "import" and args[0].partition(".")[0] in DRIVERS:
            wrap_driver(args[0].partition(".")[0])
    except Exception:
        pass


_INTERPRETERS = frozenset(("_interpreters", "_xxsubinterpreters"))
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


def _wrap_socket(module):
    def connecting(args, kwargs):
        address = args[1] if len(args) > 1 else None
        return kind_of(address), address_text(address)

    def resolving(args, kwargs):
        host = args[0] if args else kwargs.get("host")
        return "dns", host if type(host) is str else "?"

    around(module.socket, "connect", connecting)
    around(module, "getaddrinfo", resolving)


def _wrap_http(module):
    def answering(args, kwargs):
        return "http", "%s:%s" % (args[0].host, args[0].port)

    # What of the answer is to come; None where it does not say.
    around(module.HTTPConnection, "getresponse", answering, lambda answer: answer.length)


def _wrap_httpx(module):
    def sending(args, kwargs):
        url = args[1].url
        return "http", "%s:%s" % (url.host, url.port or (443 if url.scheme == "https" else 80))

    def size_of(answer):
        return answer.num_bytes_downloaded

    around(module.Client, "send", sending, size_of)
    inner = module.AsyncClient.send

    async def outer(*args, **kwargs):
        try:
            ident = call_begins(*sending(args, kwargs))
        except Exception:
            ident = None
        answer = None
        try:
            answer = await inner(*args, **kwargs)
            return answer
        finally:
            if ident is not None:
                error = sys.exc_info()[1] if answer is None else None
                call_ends(ident, type(error).__name__ if error else None, size_in(answer, size_of))

    look_alike(outer, inner)
    module.AsyncClient.send = outer


def _wrap_subprocess(module):
    def waiting(args, kwargs):
        command = args[0].args
        first = command[0] if type(command) in (list, tuple) and command else command
        name = os.fsdecode(first) if type(first) in (str, bytes) else "?"
        return "subprocess", os.path.basename(name.split(" ")[0])

    def said(outputs):
        sizes = [len(output) for output in outputs if type(output) in (bytes, str)]
        return sum(sizes) if sizes else None

    around(module.Popen, "wait", waiting)
    around(module.Popen, "communicate", waiting, said)
