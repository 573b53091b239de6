"""The thread that looks, and what it needs to know of the process."""
import _signal
import _thread
import gc
import os
import sys
import time

from .databases import watch_again
from .look import is_as_told, look
from .loops import read_plan
from .messages import monotonic, open_pipe, send
from .state import state
from .warm import wait
from .wrappers import install

_LOOK_SECONDS = 0.05
# Where others on the machine hold the program back.
_BUSY_LOOK_SECONDS = 0.1
_WAITING_SECONDS = 1.0
# Of one core; less is waiting.
_BUSY = 0.05
# And less than this is resting: a loop of short waits goes on, and what it holds grows.
_RESTING = 0.01
_SHARE = 0.01
_MOST_TO_WAKE = 4
# Methods of databases that were called often are watched anew.
_AGAIN_SECONDS = 0.25

# Since 3.12 fork warns of other threads, which it counts by the kernel's word.
_WARNS_OF_THREADS = sys.version_info >= (3, 12)
_THREADS = "/proc/self/task"
# A folder has a link for each folder in it, and two.
_ONE_THREAD = 3
_BEGIN_SECONDS = 1.0
_END_SECONDS = 1.0
_END_PAUSE_SECONDS = 0.0001

_get_ident = _thread.get_ident


def start():
    path = os.environ.get("LIMBER_PROBE")
    if not path or state.started or not _is_main_interpreter():
        return
    state.path = path
    state.main = _get_ident()
    state.cwd = os.getcwd() + "/"
    open_pipe()
    if state.fd < 0:
        return
    state.started = True
    gc.callbacks.append(_gc_watch)
    if _WARNS_OF_THREADS:
        os.register_at_fork(before=_end_thread, after_in_parent=_owe_thread)
    os.register_at_fork(after_in_child=_restart)
    install()
    folder = os.path.dirname(path)
    thread = _new_thread()
    if "LIMBER_WARM" in os.environ:
        wait(folder)
    read_plan(folder + "/plan.json")
    thread.release()


def _is_main_interpreter():
    """Another one of the process must end without threads of its own, else Python ends with it."""
    try:
        _signal.set_wakeup_fd(-1)
        return True
    except ValueError:
        return False


def _start_thread():
    state.owed = None
    if not state.has_interpreters:
        _new_thread().release()


def _new_thread():
    """It begins to look when what this returns is released."""
    halt, begun, go = _held_lock(), _held_lock(), _held_lock()
    state.halt = halt
    try:
        _thread.start_new_thread(_run, (halt, begun, go))
        # One that has not begun when Python ends makes it crash (CPython gh-104690).
        begun.acquire(True, _BEGIN_SECONDS)
    except Exception:
        pass  # No thread can be had: the program is not looked at.
    return go


def _held_lock():
    lock = _thread.allocate_lock()
    lock.acquire()
    return lock


def _end_thread():
    """Before fork: Python would tell the program of a thread that it does not know of."""
    try:
        state.halt.release()
        threads = os.stat(_THREADS).st_nlink
        until = monotonic() + _END_SECONDS
        while os.stat(_THREADS).st_nlink == threads > _ONE_THREAD and monotonic() < until:
            time.sleep(_END_PAUSE_SECONDS)
    except Exception:
        pass


def _owe_thread():
    """After it: Python counts only when this has returned, so the thread starts at the next sign of life."""
    state.owed = _start_thread


def _run(halt, begun, go):
    """Until the first lock can be had."""
    state.ident = _get_ident()
    begun.release()
    go.acquire()
    if state.told_pid != os.getpid():
        state.told_pid = os.getpid()
        _tell_start()
    used, spent = time.process_time(), time.thread_time()
    pause, told, told_at, again_at = 0.02, "", 0.0, 0.0
    while True:
        before = monotonic()
        if halt.acquire(True, pause):
            return
        if state.has_interpreters:
            state.halt = None
            return
        now = monotonic()
        now_used, now_spent = time.process_time(), time.thread_time()
        # What the last look took, and what it takes to wake for it.
        took = now_spent - spent
        busy = (now_used - used - took) / (now - before)
        used, spent = now_used, now_spent
        if now - again_at >= _AGAIN_SECONDS:
            again_at = now
            watch_again()
        what = "running" if busy > _BUSY else "waiting"
        pause = _LOOK_SECONDS
        # What waits is looked at when it begins to, when a call begins or ends, and once a second.
        rests = what == told == "waiting" and busy <= _RESTING and not state.calls_changed
        if rests and now - told_at < _WAITING_SECONDS and is_as_told():
            continue
        state.calls_changed = False
        try:
            cost = look(what)
        except Exception:
            cost = 0.001
        told, told_at = what, now
        if busy > _RESTING:
            # Waiting for the interpreter's lock while the program holds it is not what each look takes.
            pause = _pause_after(max(cost, min(took, _MOST_TO_WAKE * cost)), busy)


def _pause_after(cost, busy):
    """A share of the time, and of the CPU time that the program gets, as far as ten looks a second allow."""
    held_back = min(_BUSY_LOOK_SECONDS, cost / (_SHARE * busy))
    return min(_WAITING_SECONDS, max(_LOOK_SECONDS, held_back, cost / _SHARE))


def _tell_start():
    send(
        '"kind":"start","language":"python","version":"%d.%d","ppid":%d'
        % (sys.version_info[0], sys.version_info[1], os.getppid())
    )


def _gc_watch(phase, info):
    if state.owed is not None:
        state.owed()
    if phase == "start":
        state.gc_since = monotonic()
    else:
        state.gc_seconds += monotonic() - state.gc_since


def _restart():
    """In a child of fork: the thread stayed behind."""
    state.calls.clear()
    state.within.clear()
    state.streams.clear()
    state.positions.clear()
    state.main = _get_ident()
    _start_thread()
