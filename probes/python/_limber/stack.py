"""Where a program is: the stack of the thread that stands for it."""
import os
import sys

from .messages import text
from .state import state

MOST_PLACES = 16
_MOST_FRAMES = 1000
_WAITING_MODULES = frozenset(
    ("threading", "selectors", "queue", "subprocess", "socket", "ssl", "multiprocessing.connection")
)
_HERE = os.path.dirname(os.path.dirname(__file__))
_LIBRARIES = ("<frozen", os.path.dirname(os.__file__) + "/")


_frames = sys._current_frames


def frames_now():
    """By thread. It would make frames of other interpreters, too, with an allocator that is not theirs: Python crashes."""
    return {} if state.has_interpreters else _frames()


def is_library(file):
    return file.startswith(_LIBRARIES) or "/site-packages/" in file or "/dist-packages/" in file


def file_of(code):
    name = code.co_filename
    if name.startswith(state.cwd):
        name = name[len(state.cwd) :]
    elif name.startswith("./"):
        name = name[2:]
    return name


def choose(frames):
    """The thread that runs code of the program; the main one where none is seen to run."""
    me = state.ident
    chosen = None
    for ident, frame in frames.items():
        if ident == me:
            continue
        if chosen is None or ident == state.main:
            chosen = frame
    busiest = None
    for ident, frame in frames.items():
        if ident != me and frame.f_globals.get("__name__") not in _WAITING_MODULES:
            if busiest is None or ident == state.main:
                busiest = frame
    return busiest or chosen


def walk(top):
    """Frames of the stack, innermost first, and how many there are up to a bound."""
    frames = []
    frame, depth = top, 0
    while frame is not None and depth < _MOST_FRAMES:
        frames.append(frame)
        depth += 1
        frame = frame.f_back
    return frames, depth


def places_of(frames):
    places = []
    for frame in frames:
        code = frame.f_code
        if code.co_filename.startswith(_HERE):
            continue
        if places and is_library(code.co_filename):
            continue
        places.append('[%s,%s,%d]' % (text(file_of(code)), text(code.co_name), frame.f_lineno or 0))
        if len(places) >= MOST_PLACES:
            break
    return places


def recursion_of(frames):
    times = {}
    for frame in frames:
        code = frame.f_code
        times[code] = times.get(code, 0) + 1
    most = sorted(((count, code.co_name) for code, count in times.items() if count > 1), reverse=True)
    return ["[%s,%d]" % (text(name), count) for count, name in most[:4]]
