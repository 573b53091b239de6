"""What objects hold themselves, and types by name, without calling anything of the program."""
import sys


class _Plain:
    pass


def held_by(value):
    """What an instance holds itself: a property, and a class that answers for it, would be the program's code."""
    for kind in _bases_of(type(value)):
        found = _members_of(kind).get("__dict__")
        if found is not None:
            held = found.__get__(value) if type(found) is _Getset else None
            return held if type(held) is dict else {}
    return {}


_bases_of = type.__dict__["__mro__"].__get__
_members_of = type.__dict__["__dict__"].__get__
_Getset = type(_Plain.__dict__["__dict__"])


def type_of(module, name):
    """The type itself: a class of the program may have its name, and a metaclass that makes asking run code."""
    found = sys.modules.get(module)
    return found.__dict__.get(name) if type(found) is _MODULE else None


_MODULE = type(sys)
