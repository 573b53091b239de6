"""Tells of calls to other systems: when each begins, and when its answer is there."""
from .messages import monotonic, send, text
from .state import state

# Beginnings of calls that are told at once, a second.
_MOST_TOLD = 20
_MOST_OPEN = 256


def call_begins(kind, target):
    """Returns the number under which the call ends."""
    state.last_call += 1
    ident = state.last_call
    if len(state.calls) < _MOST_OPEN:
        state.calls[ident] = (kind, target, monotonic())
    state.calls_changed = True
    _tell_beginning(ident, kind, target)
    return ident


def call_enters(kind, target):
    """Like call_begins, for calls that may be many and brief: nobody is told until a look is taken."""
    state.last_call += 1
    ident = state.last_call
    state.calls[ident] = (kind, target, monotonic())
    return ident


def call_leaves(ident, brief_seconds, error=None, size=None):
    """Told unless it was brief."""
    began = state.calls.get(ident)
    if began is not None and monotonic() - began[2] < brief_seconds and error is None:
        del state.calls[ident]
    else:
        call_ends(ident, error, size)


def _tell_beginning(ident, kind, target):
    """At once, so that nobody waits for the next look; a program that calls all the time is not held up."""
    now = monotonic()
    if now - state.told_since >= 1.0:
        state.told_since, state.told_calls = now, 0
    state.told_calls += 1
    if state.told_calls > _MOST_TOLD:
        return
    call = '"kind":"call","call":{"id":%d,"kind":"%s","target":%s,"since":%.4f}'
    send(call % (ident, kind, text(target), now))


def call_ends(ident, error=None, size=None):
    began = state.calls.pop(ident, None)
    if began is None:
        return
    state.calls_changed = True
    kind, target, since = began
    more = ""
    if size is not None:
        more += ',"bytes":%d' % size
    if error is not None:
        more += ',"error":%s' % text(error)
    send(
        '"kind":"call","call":{"id":%d,"kind":"%s","target":%s,"since":%.4f,"seconds":%.6f%s}'
        % (ident, kind, text(target), since, monotonic() - since, more)
    )
