"""One look at the program: where it is, what it holds, how far it has come."""
import time

from .containers import find_containers
from .loops import find_loops, find_values
from .messages import LONGEST, send, text
from .stack import MOST_PLACES, choose, frames_now, is_library, places_of, recursion_of, walk
from .state import state
from .streams import are_followed, follow_streams
from .variables import variables_of

_MOST_ITEMS = 8


def is_as_told():
    """Of a program that waits: nothing has come of what it waits for."""
    if not state.has_event_loop:
        return True
    top = choose(frames_now())
    try:
        return top is not None and are_followed(walk(top)[0])
    except Exception:
        return True


def look(what):
    began = time.thread_time()
    frames = frames_now()
    top = choose(frames)
    threads = len(frames) - 1
    del frames
    if top is None:
        return 0.0
    stack, depth = walk(top)
    del top
    places = places_of(stack)
    recursion = recursion_of(stack) if depth > 2 else []
    containers, loops, values = [], [], {}
    seen = set()
    for frame in stack[:MOST_PLACES * 2]:
        code = frame.f_code
        if code in seen or is_library(code.co_filename):
            continue
        seen.add(code)
        snapshot = None
        try:
            variables, snapshot = variables_of(frame)
            find_containers(containers, frame, variables)
            find_loops(loops, frame, variables)
            find_values(values, frame, variables)
        except Exception:
            continue
        finally:
            variables = None
            # Before 3.13 the snapshot would keep alive what the program deletes.
            if snapshot is not None:
                snapshot.clear()
            snapshot = None
        if len(seen) >= MOST_PLACES:
            break
    frame = None
    try:
        follow_streams(stack)
    except Exception:
        pass
    stack = None
    containers.sort(key=lambda container: -container[0])
    fields = _fields(what, places, depth, recursion, containers, loops, values, threads)
    took = time.thread_time() - began
    send('%s,"tookUs":%d' % (fields, took * 1e6))
    return time.thread_time() - began


def _fields(what, places, depth, recursion, containers, loops, values, threads):
    rows = []
    for size, name, function, kind, length in containers[:_MOST_ITEMS]:
        rows.append("[%s,%s,%s,%d,%d]" % (text(name), text(function), text(kind), length, size))
    calls = []
    for ident, (kind, target, since) in list(state.calls.items())[:_MOST_ITEMS]:
        calls.append('{"id":%d,"kind":"%s","target":%s,"since":%.4f}' % (ident, kind, text(target), since))
    numbers = ["[%s,%s,%.15g]" % (text(function), text(name), value) for (function, name), value in values.items()]
    runtime = '{"threads":%d,"gcSeconds":%.4f}' % (threads, state.gc_seconds)
    kept = len(places)
    while True:
        fields = (
            '"kind":"at","state":"%s","stack":[%s],"depth":%d,"recursion":[%s],"containers":[%s],'
            '"loops":[%s],"values":[%s],"calls":[%s],"runtime":%s'
            % (what, ",".join(places[:kept]), depth, ",".join(recursion), ",".join(rows), ",".join(loops[:_MOST_ITEMS]), ",".join(numbers), ",".join(calls), runtime)
        )
        if len(fields.encode("utf-8", "replace")) < LONGEST - 120 or (kept <= 1 and not rows):
            return fields
        kept, rows = max(1, kept // 2), rows[: len(rows) // 2]
