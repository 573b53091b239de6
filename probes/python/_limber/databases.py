"""Watches methods of DB-API drivers (PEP 249): statements and commits, told when they take a millisecond.

A method that is called often and briefly is itself again for a while, so that it costs nothing.
"""

from .around import error_name, look_alike, size_in, untrace
from .calls import call_enters, call_leaves
from .messages import monotonic
from .received import since

_BRIEF_SECONDS = 0.001
# Brief calls of a method after which it is itself again, until it is looked at the next time.
_MOST_BRIEF = 100

_METHODS = ("execute", "executemany", "executescript", "callproc", "fetchall", "fetchmany", "commit")

# Of each method that is watched: how to watch it again.
_unwatched = []


def watch_again():
    while _unwatched:
        _unwatched.pop()()


def watch_methods(owner, target, received=None):
    """
    Notes calls of the methods that `owner` has; `target(self)` names whom they go to, `received(self)` says
    how many bytes came from there so far.
    """
    for name in _METHODS:
        if hasattr(owner, name):
            watch_method(owner, name, target, received=received)


def watch_method(owner, name, target, instead=None, received=None):
    """`instead`: what is done while it is watched."""
    inner = instead or getattr(owner, name)
    own = owner.__dict__.get(name)
    brief = 0

    def outer(self, *args, **kwargs):
        nonlocal brief
        ident, began, error = None, monotonic(), None
        try:
            ident = call_enters("database", target(self))
        except Exception:
            pass
        before = received and size_in(self, received)
        try:
            return inner(self, *args, **kwargs)
        except BaseException as raised:
            error = error_name(raised)
            untrace(raised)
            raise
        finally:
            size = None
            if monotonic() - began >= _BRIEF_SECONDS:
                brief = 0
                size = received and since(before, size_in(self, received))
            else:
                brief += 1
                if brief == _MOST_BRIEF:
                    leave()
            if ident is not None:
                call_leaves(ident, _BRIEF_SECONDS, error, size)

    def watch():
        nonlocal brief
        brief = 0
        setattr(owner, name, outer)

    def leave():
        """Costs nothing any more."""
        if own is None:
            delattr(owner, name)
        else:
            setattr(owner, name, own)
        _unwatched.append(watch)

    look_alike(outer, getattr(owner, name))
    watch()
