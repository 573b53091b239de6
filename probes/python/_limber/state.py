"""What the modules of the probe share: one process, one state."""


class _State:
    path = ""
    fd = -1
    identity = None
    # Of the thread that looks, and of the program's main one.
    ident = 0
    main = 0
    cwd = ""
    plan = None
    values = None
    started = False
    # Others beside the main one, in this process, or soon.
    has_interpreters = False
    # Held while the thread is to look.
    halt = None
    # What makes the thread look again after a fork.
    owed = None
    # The process that has told of itself.
    told_pid = 0
    calls = {}
    calls_changed = False
    # Calls that a thread is within: (thread, kind, target).
    within = set()
    # Calls that an event loop waits for, by the future that is awaited.
    streams = {}
    has_event_loop = False
    last_call = 0
    told_since = 0.0
    told_calls = 0
    gc_seconds = 0.0
    gc_since = 0.0
    positions = {}


state = _State()
