"""How far the loops of the plan have come, and the numbers that it asks for."""
import os
from _io import BufferedReader, FileIO, TextIOWrapper

from .containers import SIZED, identities
from .held import held_by
from .messages import text
from .stack import file_of
from .state import state

_VERSION = 1
_MOST_VALUES = 16
_NUMBERS = identities(int, float)


def read_plan(path):
    """Limber's own file. Without json, which the program may have a module of the same name for."""
    try:
        with open(path, "rb") as file:
            content = file.read(65536).decode("utf-8")
        names = {"__builtins__": {}, "true": True, "false": False, "null": None}
        plan = eval(content, names) if '"loops"' in content else {}
        if plan.get("v") == _VERSION:
            state.plan = {name: rows["loops"] for name, rows in plan["files"].items()}
            state.values = {name: rows.get("values", ())[:_MOST_VALUES] for name, rows in plan["files"].items()}
    except Exception:
        state.plan = None


def _number(bound, variables, frame):
    if bound is None:
        return 0
    if type(bound) is not dict:
        return bound
    name = bound.get("name") or bound.get("length")
    value = _lookup(name, variables, frame)
    if "length" in bound:
        return len(value) if id(type(value)) in SIZED else None
    return value if id(type(value)) in _NUMBERS else None


def _lookup(name, variables, frame):
    first, _, rest = name.partition(".")
    value = variables.get(first, frame.f_globals.get(first))
    while rest and value is not None:
        part, _, rest = rest.partition(".")
        value = held_by(value).get(part)
    return value


def _counted(loop, variables, frame):
    now = variables.get(loop["variable"])
    if id(type(now)) not in _NUMBERS:
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
    fd = _descriptor_of(container)
    size = os.fstat(fd).st_size if fd is not None else 0
    return (os.lseek(fd, 0, os.SEEK_CUR), size) if size else None


def _descriptor_of(file):
    """Of a file that Python's own classes read; what they read from may be a class of the program."""
    kind = type(file)
    if kind is TextIOWrapper:
        return _descriptor_of(file.buffer)
    if kind is BufferedReader:
        return _descriptor_of(file.raw)
    return file.fileno() if kind is FileIO else None


def _position(loop, container, element):
    """Where an element stands, by identity and near where the last one stood."""
    key = (loop["first"], id(container))
    start = state.positions.get(key, 0)
    length = len(container)
    for begin in (start, 0):
        chunk = container[begin : begin + 20000]
        identities = list(map(id, chunk))
        del chunk
        try:
            at = begin + identities.index(id(element))
        except ValueError:
            continue
        if len(state.positions) > 64:
            state.positions.clear()
        state.positions[key] = at
        return (at, length)
    # Further on than was searched: go on from there next time.
    state.positions[key] = start + 20000 if start + 20000 < length else 0
    return None


def find_loops(found, frame, variables):
    loops = state.plan.get(file_of(frame.f_code)) if state.plan else None
    if not loops:
        return
    line = frame.f_lineno or 0
    function = "" if frame.f_code.co_name == "<module>" else frame.f_code.co_name
    around = [loop for loop in loops if loop["first"] <= line <= loop["last"] and loop["function"].rpartition(".")[2] == function]
    for loop in sorted(around, key=lambda loop: -loop["first"]):
        progress = (_each if loop["kind"] == "each" else _counted)(loop, variables, frame)
        if progress is not None:
            found.append("[%s,%d,%.6g,%.6g]" % (text(file_of(frame.f_code)), loop["first"], progress[0], progress[1]))


def find_values(found, frame, variables):
    """Numbers that the plan asks for, from the innermost frame of the function that is about to use them."""
    function = "" if frame.f_code.co_name == "<module>" else frame.f_code.co_name
    for quantity in state.values.get(file_of(frame.f_code), ()) if state.values else ():
        if quantity["function"].rpartition(".")[2] != function:
            continue
        key = (function, quantity.get("name") or "len(%s)" % quantity["length"])
        value = None if key in found else _number(quantity, variables, frame)
        if value is not None and 0 <= value < 1e15:
            found[key] = value
