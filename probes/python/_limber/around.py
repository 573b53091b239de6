"""A function in another's place, which notes the call and leaves no trace of itself."""
from _thread import get_ident

from .calls import call_begins, call_ends
from .state import state


def around(owner, name, describe, size_of=None):
    """
    Replaces owner.name by itself with a call noted around it; an exception passes as it is. A call within
    one of the same kind to the same target is part of that. `size_of(result)`: bytes of the answer, or None.
    """
    inner = getattr(owner, name)

    def outer(*args, **kwargs):
        ident = None
        try:
            kind, target = describe(args, kwargs)
            within = (get_ident(), kind, target)
            if within not in state.within:
                ident = call_begins(kind, target)
                state.within.add(within)
        except Exception:
            pass
        try:
            result = inner(*args, **kwargs)
        except BaseException as error:
            if ident is not None:
                state.within.discard(within)
                call_ends(ident, error_name(error))
            untrace(error)
            raise
        if ident is not None:
            state.within.discard(within)
            call_ends(ident, size=size_in(result, size_of))
        return result

    look_alike(outer, inner)
    setattr(owner, name, outer)


def size_in(result, size_of):
    """None where it is not to be told."""
    try:
        return size_of(result) if size_of is not None else None
    except Exception:
        return None


def untrace(error):
    """Takes the caller's frame off the traceback; before Python 3.11 what is raised again gets it back."""
    BaseException.with_traceback(error, error.__traceback__.tb_next)


def look_alike(outer, inner):
    for attribute in ("__module__", "__name__", "__qualname__", "__doc__", "__defaults__"):
        try:
            setattr(outer, attribute, getattr(inner, attribute))
        except (AttributeError, TypeError):
            pass
    outer.__wrapped__ = inner


def error_name(error):
    # A socket that does not wait says so by an exception; nothing went wrong.
    name = type(error).__name__
    return None if name == "BlockingIOError" else name
