"""The variables of a frame, without a trace left in it."""
import sys

# Reading locals refreshes what locals() once returned, which the program could still hold.
_LOCALS_READERS = frozenset(("locals", "vars", "dir", "exec", "eval"))
_PROXY_LOCALS = sys.version_info >= (3, 13)
_CO_NEWLOCALS = 0x2


def variables_of(frame):
    """A mapping, and what is to be cleared of it after the look, if anything."""
    code = frame.f_code
    if code.co_name == "<module>":
        return frame.f_globals, None
    if not _LOCALS_READERS.isdisjoint(code.co_names):
        return {}, None
    if _PROXY_LOCALS:
        return dict(frame.f_locals), None
    if not code.co_flags & _CO_NEWLOCALS:
        return {}, None  # A class body: its namespace is the real one.
    snapshot = frame.f_locals
    return snapshot, snapshot
