"""How large the containers of a frame are. Only exact built-in types and a few known ones are measured."""
import sys

_MOST_LOCALS = 64
_SAMPLED = 6

_getsizeof = sys.getsizeof


def _deep(value, kind):
    """Bytes of a container and what it holds, from its own size and a few of its elements."""
    size = _getsizeof(value)
    length = len(value)
    if length == 0 or kind in (str, bytes, bytearray):
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
    held = 0
    for element in sample:
        held += _shallow(element)
    per_entry = held / len(sample) * (2 if kind is dict else 1)
    return int(size + length * per_entry)


_SIMPLE = frozenset((int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset))
SIZED = frozenset((str, bytes, bytearray, list, tuple, dict, set, frozenset))


def _shallow(element):
    kind = type(element)
    if kind is int and -6 < element < 257:
        return 0
    if kind in _SIMPLE:
        return object.__sizeof__(element) if kind is int or kind is float else _getsizeof(element)
    return 64


def _measure(value):
    """(kind, length, bytes) of a container, or None; nothing of the program is called."""
    kind = type(value)
    if kind in SIZED:
        length = len(value)
        return (kind.__name__, length, _deep(value, kind)) if length > 256 else None
    name = kind.__name__
    if name == "ndarray" and kind.__module__ == "numpy":
        return (name, value.size, value.nbytes) if value.nbytes > 4096 else None
    if name == "array" and kind.__module__ == "array":
        return (name, len(value), _getsizeof(value))
    if name == "deque" and kind.__module__ == "collections":
        return (name, len(value), _getsizeof(value))
    if name in ("defaultdict", "Counter", "OrderedDict") and kind.__module__ == "collections":
        length = dict.__len__(value)
        return (name, length, dict.__sizeof__(value) + length * 64) if length > 256 else None
    if name == "DataFrame" and kind.__module__ == "pandas.core.frame":
        blocks = value._mgr.blocks
        return (name, blocks[0].shape[-1] if blocks else 0, sum(b.values.nbytes for b in blocks))
    return None


def find_containers(found, frame, variables):
    name_of = frame.f_code.co_name
    looked = 0
    for name in list(variables):
        if looked >= _MOST_LOCALS:
            return
        if name.startswith("__"):
            continue
        looked += 1
        try:
            measured = _measure(variables[name])
        except Exception:
            continue
        if measured is not None:
            found.append((measured[2], name, name_of, measured[0], measured[1]))
