"""The program's own word to Limber: ask for resources ahead, see and follow the allocation.

    import limber_hint
    limber_hint.hint(memory='4Gi', within='10s', lasts='1m', phase='load')
    with limber_hint.need(cpu=4, memory=2 * 2**30):
        work()
    limber_hint.allocation()['cpuCores']
    stop = limber_hint.watch(lambda allocation: pool.resize(allocation['cpuCores']))

Every call is harmless outside of Limber: hint() and allocation() return None, watch() does nothing.
"""

import contextlib
import json
import os
import socket
import threading

__all__ = ['hint', 'need', 'allocation', 'watch']

_ANSWER_SECONDS = 2.0


def hint(memory=None, cpu=None, ingress=None, egress=None, *,
         within=None, lasts=None, phase=None, id=None):
    """Asks for resources ahead. Quantities are numbers (bytes, cores, bits per second) or texts such
    as '4Gi', '500m', '50M'; times are seconds or '10s', '1m'. 0 withdraws what was asked for before.
    Returns Limber's answer, {'accepted': bool, 'reason': str, 'allocation': {...}}, or None when
    there is nobody to ask."""
    fields = {
        'memoryBytes': memory, 'cpuCores': cpu,
        'ingressBitsPerSecond': ingress, 'egressBitsPerSecond': egress,
        'withinSeconds': within, 'forSeconds': lasts, 'phase': phase, 'id': id,
    }
    given = {name: value for name, value in fields.items() if value is not None}
    line = json.dumps({'v': 1, 'kind': 'hint', 'pid': os.getpid(), 'hint': given})
    try:
        with _connected() as connection:
            connection.sendall(line.encode() + b'\n')
            with connection.makefile('rb') as answers:
                return json.loads(answers.readline())
    except (OSError, ValueError):
        return None


@contextlib.contextmanager
def need(memory=None, cpu=None, ingress=None, egress=None, *, phase=None, lasts='1h'):
    """Asks on entry and withdraws on exit; yields Limber's answer."""
    wants = {'memory': memory, 'cpu': cpu, 'ingress': ingress, 'egress': egress}
    given = {name: value for name, value in wants.items() if value is not None}
    name = 'need-%d-%s' % (os.getpid(), os.urandom(4).hex())
    answer = hint(**given, phase=phase, lasts=lasts, id=name)
    try:
        yield answer
    finally:
        hint(**dict.fromkeys(given, 0), id=name)


def allocation():
    """What the program may use now, or None outside of Limber; None for what is not limited."""
    try:
        with open(os.environ['LIMBER_ALLOCATION_FILE'], encoding='utf-8') as file:
            return json.load(file)
    except (KeyError, OSError, ValueError):
        return None


def watch(callback):
    """Calls back with the allocation now and after each resize, from a daemon thread. Returns the end
    of it. Call it in the process that wants to know: a forked child does not inherit the thread."""
    try:
        connection = _connected()
        connection.settimeout(None)
        connection.sendall(b'{"v":1,"kind":"watch"}\n')
    except OSError:
        return lambda: None
    threading.Thread(target=_follow, args=(connection, callback), daemon=True).start()

    def stop():
        # Wakes the thread, which then closes.
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    return stop


def _follow(connection, callback):
    with connection, connection.makefile('rb') as lines:
        while True:
            try:
                line = lines.readline()
                message = json.loads(line) if line else None
            except (OSError, ValueError):
                return
            if message is None:
                return
            if message.get('kind') == 'allocation':
                callback(message['allocation'])


def _connected():
    path = os.environ.get('LIMBER_HINTS')
    if not path:
        raise OSError('not running under Limber')
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(_ANSWER_SECONDS)
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection
