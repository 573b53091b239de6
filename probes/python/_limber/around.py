"""A function in another's place, which notes the call and leaves no trace of itself."""
from .calls import call_begins, call_ends


def around(owner, name, describe):
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
                call_ends(ident, error_name(error))
            untrace(error)
            raise
        if ident is not None:
            call_ends(ident)
        return result

    look_alike(outer, inner)
    setattr(owner, name, outer)


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
