"""How large the containers of a frame are. Only exact built-in types and a few known ones are measured."""
import sys

from .held import type_of

_MOST_LOCALS = 64
_SAMPLED = 6
# A container of few elements counts where they are large.
_FEW = 256
_LARGE_BYTES = 65536

_getsizeof = sys.getsizeof


def _deep(value, kind):
    """Bytes of a container and what it holds, from its own size and a few of its elements."""
    size = _getsizeof(value)
    length = len(value)
    if length == 0 or id(kind) in _TEXTS:
        return size
    if kind is list or kind is tuple:
        step = max(1, length // _SAMPLED)
        sample = value[:: step][:_SAMPLED]
    elif kind is dict:
        sample = []
        for pair in value.items():
            sample.append(pair[1])
            sample.append(pair[0])
            if len(sample) >= _SAMPLED * 2:
                break
    else:
        sample = []
        for element in value:
            sample.append(element)
            if len(sample) >= _SAMPLED:
                break
    # What is there more than once takes its bytes once.
    distinct = {id(element): element for element in sample}
    held = sum(map(_shallow, distinct.values()))
    if len(distinct) == 1:
        return size + held
    per_entry = held / len(sample) * (2 if kind is dict else 1)
    return int(size + length * per_entry)


def identities(*kinds):
    """Types are told apart by identity: a metaclass of the program may compare and hash."""
    return frozenset(map(id, kinds))


SIZED = identities(str, bytes, bytearray, list, tuple, dict, set, frozenset)
_SIMPLE = SIZED | identities(int, float, complex)
_TEXTS = identities(str, bytes, bytearray)


def _shallow(element):
    kind = type(element)
    if kind is int and -6 < element < 257:
        return 0
    if id(kind) in _SIMPLE:
        return object.__sizeof__(element) if kind is int or kind is float else _getsizeof(element)
    if kind is type_of("numpy", "ndarray"):
        return element.nbytes
    return 64


def _measure(value):
    """(kind, length, bytes) of a container, or None; nothing of the program is called."""
    kind = type(value)
    if id(kind) in SIZED:
        length = len(value)
        if length <= _FEW and id(kind) in _TEXTS:
            return None
        size = _deep(value, kind)
        return (kind.__name__, length, size) if length > _FEW or size > _LARGE_BYTES else None
    if kind is type_of("numpy", "ndarray"):
        return ("ndarray", value.size, value.nbytes) if value.nbytes > 4096 else None
    if kind is type_of("array", "array") or kind is type_of("collections", "deque"):
        return (kind.__name__, len(value), _getsizeof(value))
    if any(kind is type_of("collections", name) for name in ("defaultdict", "Counter", "OrderedDict")):
        length = dict.__len__(value)
        return (kind.__name__, length, dict.__sizeof__(value) + length * 64) if length > _FEW else None
    if kind is type_of("pandas", "DataFrame") or kind is type_of("pandas", "Series"):
        blocks = value._mgr.blocks
        return (kind.__name__, blocks[0].shape[-1] if blocks else 0, sum(b.values.nbytes for b in blocks))
    return None


def find_containers(found, frame, variables):
    name_of = frame.f_code.co_name
    looked = 0
    for name in list(variables):
        if looked >= _MOST_LOCALS:
            return
        if type(name) is not str or name.startswith("__"):
            continue
        looked += 1
        try:
            measured = _measure(variables[name])
        except Exception:
            continue
        if measured is not None:
            found.append((measured[2], name, name_of, measured[0], measured[1]))
