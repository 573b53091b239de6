"""Looks into a running Python program and tells Limber; docs/guides/probes.md has the protocol.

It must not change what the program does: it prints nothing, raises nothing, calls none of the
program's code (exact built-in types only), and keeps nothing of the program alive after a look.
"""
import _thread
import gc
import os
import sys
import time

import _limber_calls

_VERSION = 1
_LOOK_SECONDS = 0.05
_WAITING_SECONDS = 1.0
# Of one core; less is waiting.
_BUSY = 0.05
_LONGEST = 4096
_NAME_LENGTH = 200
_MOST_PLACES = 16
_MOST_ITEMS = 8
_MOST_VALUES = 16
_MOST_FRAMES = 1000
_MOST_LOCALS = 64
_SAMPLED = 6
_SHARE = 0.01
# Beginnings of calls that are told at once, a second.
_MOST_TOLD_CALLS = 20
_HIGH_FD = 241
# Reading locals refreshes what locals() once returned, which the program could still hold.
_LOCALS_READERS = frozenset(("locals", "vars", "dir", "exec", "eval"))
_PROXY_LOCALS = sys.version_info >= (3, 13)
_CO_NEWLOCALS = 0x2
_WAITING_MODULES = frozenset(
    ("threading", "selectors", "queue", "subprocess", "socket", "ssl", "multiprocessing.connection")
)

_get_ident = _thread.get_ident
_monotonic = time.monotonic
_frames = sys._current_frames
_getsizeof = sys.getsizeof


class _State:
    fd = -1
    identity = None
    ident = 0
    pid = 0
    cwd = ""
    plan = None
    values = None
    started = False
    running = False
    calls = {}
    last_call = 0
    told_since = 0.0
    told_calls = 0
    gc_seconds = 0.0
    gc_since = 0.0
    positions = {}


_state = _State()


# --- writing -----------------------------------------------------------------------------------


def _open():
    try:
        fd = os.open(_state.path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        fd = _out_of_the_way(fd)
        status = os.fstat(fd)
        _state.fd, _state.identity = fd, (status.st_dev, status.st_ino)
    except Exception:
        _state.fd = -1


def _out_of_the_way(fd):
    """Programs count on low numbers being free; where the high one is taken, or too high, so be it."""
    try:
        os.fstat(_HIGH_FD)
        return fd
    except OSError:
        pass
    try:
        os.dup2(fd, _HIGH_FD, inheritable=False)
    except OSError:
        return fd
    os.close(fd)
    return _HIGH_FD


def _is_ours():
    """The program may have closed the descriptor and opened a file of its own under its number."""
    try:
        status = os.fstat(_state.fd)
    except OSError:
        return False
    return (status.st_dev, status.st_ino) == _state.identity


def _send(fields):
    head = '{"v":1,"pid":%d,"t":%.4f,' % (os.getpid(), _monotonic())
    line = (head + fields + "}\n").encode("utf-8", "replace")
    if len(line) > _LONGEST:
        return False
    if not _is_ours():
        _open()
        if _state.fd < 0:
            return False
    try:
        os.write(_state.fd, line)
    except OSError:
        pass  # Nobody reads, or too much was said: the message is lost, the program goes on.
    return True


_ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\"}
_ESCAPES.update({code: "\\u%04x" % code for code in range(32)})
_ESCAPES.update({code: "\\ufffd" for code in range(0xDC80, 0xDD00)})


def _text(value):
    return '"' + value[:_NAME_LENGTH].translate(_ESCAPES) + '"'


# --- the stack ---------------------------------------------------------------------------------


def _is_library(file):
    return file.startswith(_LIBRARIES) or "/site-packages/" in file or "/dist-packages/" in file


def _file_of(code):
    name = code.co_filename
    if name.startswith(_state.cwd):
        name = name[len(_state.cwd) :]
    elif name.startswith("./"):
        name = name[2:]
    return name


def _choose(frames):
    """The thread that runs code of the program; the main one where none is seen to run."""
    me = _state.ident
    chosen = None
    for ident, frame in frames.items():
        if ident == me:
            continue
        if chosen is None or ident == _state.main:
            chosen = frame
    busiest = None
    for ident, frame in frames.items():
        if ident != me and frame.f_globals.get("__name__") not in _WAITING_MODULES:
            if busiest is None or ident == _state.main:
                busiest = frame
    return busiest or chosen


def _walk(top):
    """Frames of the stack, innermost first, and how many there are up to a bound."""
    frames = []
    frame, depth = top, 0
    while frame is not None and depth < _MOST_FRAMES:
        frames.append(frame)
        depth += 1
        frame = frame.f_back
    return frames, depth


def _places(frames):
    places = []
    for frame in frames:
        code = frame.f_code
        if code.co_filename.startswith(_HERE):
            continue
        if places and _is_library(code.co_filename):
            continue
        places.append('[%s,%s,%d]' % (_text(_file_of(code)), _text(code.co_name), frame.f_lineno or 0))
        if len(places) >= _MOST_PLACES:
            break
    return places


def _recursion(frames):
    times = {}
    for frame in frames:
        code = frame.f_code
        times[code] = times.get(code, 0) + 1
    most = sorted(((count, code.co_name) for code, count in times.items() if count > 1), reverse=True)
    return ["[%s,%d]" % (_text(name), count) for count, name in most[:4]]


# --- containers --------------------------------------------------------------------------------


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
_SIZED = frozenset((str, bytes, bytearray, list, tuple, dict, set, frozenset))


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
    if kind in _SIZED:
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


def _variables(frame):
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


def _containers(found, frame, variables):
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


# --- loops -------------------------------------------------------------------------------------


def _number(bound, variables, frame):
    if bound is None:
        return 0
    if type(bound) is not dict:
        return bound
    name = bound.get("name") or bound.get("length")
    value = _lookup(name, variables, frame)
    if "length" in bound:
        return len(value) if type(value) in _SIZED else None
    return value if type(value) in (int, float) else None


def _lookup(name, variables, frame):
    first, _, rest = name.partition(".")
    value = variables.get(first, frame.f_globals.get(first))
    while rest and value is not None:
        part, _, rest = rest.partition(".")
        # Only what an instance holds itself: a property would be the program's code.
        held = getattr(value, "__dict__", None) if type(value).__getattribute__ is object.__getattribute__ else None
        value = held.get(part) if type(held) is dict else None
    return value


def _counted(loop, variables, frame):
    now = variables.get(loop["variable"])
    if type(now) not in (int, float):
        return None
    begin = _number(loop.get("from"), variables, frame)
    end = _number(loop.get("to"), variables, frame)
    step = _number(loop.get("step", 1), variables, frame)
    if begin is None or end is None or not step:
        return None
    total = (end - begin) / step
    done = (now - begin) / step
    return (done, total) if 0 <= done <= total else None


def _each(loop, variables, frame):
    container = _lookup(loop["over"], variables, frame)
    element = variables.get(loop["variable"])
    kind = type(container)
    if kind is list or kind is tuple:
        return _position(loop, container, element)
    if hasattr(container, "fileno") and kind.__module__ == "_io":
        fd = container.fileno()
        size = os.fstat(fd).st_size
        return (os.lseek(fd, 0, os.SEEK_CUR), size) if size else None
    return None


def _position(loop, container, element):
    """Where an element stands, by identity and near where the last one stood."""
    key = (loop["first"], id(container))
    start = _state.positions.get(key, 0)
    length = len(container)
    for begin in (start, 0):
        chunk = container[begin : begin + 20000]
        identities = list(map(id, chunk))
        del chunk
        try:
            at = begin + identities.index(id(element))
        except ValueError:
            continue
        if len(_state.positions) > 64:
            _state.positions.clear()
        _state.positions[key] = at
        return (at, length)
    # Further on than was searched: go on from there next time.
    _state.positions[key] = start + 20000 if start + 20000 < length else 0
    return None


def _loops(found, frame, variables):
    loops = _state.plan.get(_file_of(frame.f_code)) if _state.plan else None
    if not loops:
        return
    line = frame.f_lineno or 0
    function = "" if frame.f_code.co_name == "<module>" else frame.f_code.co_name
    around = [loop for loop in loops if loop["first"] <= line <= loop["last"] and loop["function"].rpartition(".")[2] == function]
    for loop in sorted(around, key=lambda loop: -loop["first"]):
        progress = (_each if loop["kind"] == "each" else _counted)(loop, variables, frame)
        if progress is not None:
            found.append("[%s,%d,%.6g,%.6g]" % (_text(_file_of(frame.f_code)), loop["first"], progress[0], progress[1]))


def _values(found, frame, variables):
    """Numbers that the plan asks for, from the innermost frame of the function that is about to use them."""
    function = "" if frame.f_code.co_name == "<module>" else frame.f_code.co_name
    for quantity in _state.values.get(_file_of(frame.f_code), ()) if _state.values else ():
        if quantity["function"].rpartition(".")[2] != function:
            continue
        key = (function, quantity.get("name") or "len(%s)" % quantity["length"])
        value = None if key in found else _number(quantity, variables, frame)
        if value is not None and 0 <= value < 1e15:
            found[key] = value


# --- a look ------------------------------------------------------------------------------------


def _look(state):
    began = time.thread_time()
    frames = _frames()
    top = _choose(frames)
    threads = len(frames) - 1
    del frames
    if top is None:
        return 0.0
    stack, depth = _walk(top)
    del top
    places = _places(stack)
    recursion = _recursion(stack) if depth > 2 else []
    containers, loops, values = [], [], {}
    seen = set()
    for frame in stack[:_MOST_PLACES * 2]:
        code = frame.f_code
        if code in seen or _is_library(code.co_filename):
            continue
        seen.add(code)
        snapshot = None
        try:
            variables, snapshot = _variables(frame)
            _containers(containers, frame, variables)
            _loops(loops, frame, variables)
            _values(values, frame, variables)
        except Exception:
            continue
        finally:
            variables = None
            # Before 3.13 the snapshot would keep alive what the program deletes.
            if snapshot is not None:
                snapshot.clear()
            snapshot = None
        if len(seen) >= _MOST_PLACES:
            break
    frame = None
    stack = None
    containers.sort(key=lambda container: -container[0])
    fields = _fields(state, places, depth, recursion, containers, loops, values, threads)
    took = time.thread_time() - began
    _send('%s,"tookUs":%d' % (fields, took * 1e6))
    return time.thread_time() - began


def _fields(state, places, depth, recursion, containers, loops, values, threads):
    rows = []
    for size, name, function, kind, length in containers[:_MOST_ITEMS]:
        rows.append("[%s,%s,%s,%d,%d]" % (_text(name), _text(function), _text(kind), length, size))
    calls = []
    for ident, (kind, target, since) in list(_state.calls.items())[:_MOST_ITEMS]:
        calls.append('{"id":%d,"kind":"%s","target":%s,"since":%.4f}' % (ident, kind, _text(target), since))
    numbers = ["[%s,%s,%.15g]" % (_text(function), _text(name), value) for (function, name), value in values.items()]
    runtime = '{"threads":%d,"gcSeconds":%.4f}' % (threads, _state.gc_seconds)
    kept = len(places)
    while True:
        fields = (
            '"kind":"at","state":"%s","stack":[%s],"depth":%d,"recursion":[%s],"containers":[%s],'
            '"loops":[%s],"values":[%s],"calls":[%s],"runtime":%s'
            % (state, ",".join(places[:kept]), depth, ",".join(recursion), ",".join(rows), ",".join(loops[:_MOST_ITEMS]), ",".join(numbers), ",".join(calls), runtime)
        )
        if len(fields.encode("utf-8", "replace")) < _LONGEST - 120 or (kept <= 1 and not rows):
            return fields
        kept, rows = max(1, kept // 2), rows[: len(rows) // 2]


def _run():
    state = _state
    state.ident = _get_ident()
    _send(
        '"kind":"start","language":"python","version":"%d.%d","ppid":%d'
        % (sys.version_info[0], sys.version_info[1], os.getppid())
    )
    used, spent = time.process_time(), time.thread_time()
    pause, told, told_at = 0.02, "", 0.0
    while True:
        before = _monotonic()
        time.sleep(pause)
        now = _monotonic()
        now_used, now_spent = time.process_time(), time.thread_time()
        busy = (now_used - used - (now_spent - spent)) / (now - before)
        used, spent = now_used, now_spent
        what = "running" if busy > _BUSY else "waiting"
        pause = _LOOK_SECONDS
        # What waits is looked at when it begins to, when a call begins or ends, and once a second.
        if what == told == "waiting" and not state.calls_changed and now - told_at < _WAITING_SECONDS:
            continue
        state.calls_changed = False
        try:
            cost = _look(what)
        except Exception:
            cost = 0.001
        told, told_at = what, now
        if what == "running":
            pause = max(_LOOK_SECONDS, cost / _SHARE)


def _gc_watch(phase, info):
    if phase == "start":
        _state.gc_since = _monotonic()
    else:
        _state.gc_seconds += _monotonic() - _state.gc_since


# --- calls to other systems --------------------------------------------------------------------


def call_begins(kind, target):
    """Returns the number under which the call ends."""
    _state.last_call += 1
    ident = _state.last_call
    if len(_state.calls) < 256:
        _state.calls[ident] = (kind, target, _monotonic())
    _state.calls_changed = True
    _tell_beginning(ident, kind, target)
    return ident


def _tell_beginning(ident, kind, target):
    """At once, so that nobody waits for the next look; a program that calls all the time is not held up."""
    now = _monotonic()
    if now - _state.told_since >= 1.0:
        _state.told_since, _state.told_calls = now, 0
    _state.told_calls += 1
    if _state.told_calls > _MOST_TOLD_CALLS:
        return
    call = '"kind":"call","call":{"id":%d,"kind":"%s","target":%s,"since":%.4f}'
    _send(call % (ident, kind, _text(target), now))


def call_ends(ident, error=None, size=None):
    began = _state.calls.pop(ident, None)
    if began is None:
        return
    _state.calls_changed = True
    kind, target, since = began
    more = ""
    if size is not None:
        more += ',"bytes":%d' % size
    if error is not None:
        more += ',"error":%s' % _text(error)
    _send(
        '"kind":"call","call":{"id":%d,"kind":"%s","target":%s,"since":%.4f,"seconds":%.6f%s}'
        % (ident, kind, _text(target), since, _monotonic() - since, more)
    )


def _restart():
    """In a child of fork: the thread stayed behind."""
    try:
        _state.calls.clear()
        _state.positions.clear()
        _state.main = _get_ident()
        _thread.start_new_thread(_run, ())
    except Exception:
        pass


def start():
    path = os.environ.get("LIMBER_PROBE")
    if not path or _state.started:
        return
    _state.path = path
    _state.calls_changed = False
    _state.main = _get_ident()
    _state.cwd = os.getcwd() + "/"
    _open()
    if _state.fd < 0:
        return
    _state.started = True
    _read_plan(os.path.dirname(path) + "/plan.json")
    gc.callbacks.append(_gc_watch)
    os.register_at_fork(after_in_child=_restart)
    _limber_calls.install(call_begins, call_ends)
    _thread.start_new_thread(_run, ())


def _read_plan(path):
    """Limber's own file. Without json, which the program may have a module of the same name for."""
    try:
        with open(path, "rb") as file:
            content = file.read(65536).decode("utf-8")
        names = {"__builtins__": {}, "true": True, "false": False, "null": None}
        plan = eval(content, names) if '"loops"' in content else {}
        if plan.get("v") == _VERSION:
            _state.plan = {name: rows["loops"] for name, rows in plan["files"].items()}
            _state.values = {name: rows.get("values", ())[:_MOST_VALUES] for name, rows in plan["files"].items()}
    except Exception:
        _state.plan = None


_HERE = os.path.dirname(__file__)
_LIBRARIES = ("<frozen", os.path.dirname(os.__file__) + "/")
