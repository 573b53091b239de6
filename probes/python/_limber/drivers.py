"""The drivers of databases whose calls are noted.

Methods of types in C cannot be replaced. The types are: by subclasses of the same name in the same
place, with nothing of their own but the methods that are watched, which is what connect() makes then.
"""
import builtins
import sys

from .around import around, look_alike, untrace
from .databases import watch_method, watch_methods
from .received import received_by, received_through

_import = builtins.__import__
_seen = set()
_HAS_OWN_CURSORS = sys.version_info >= (3, 11)


def wrap_driver(name):
    """At the beginning of its import, which is done here, so that the program gets it wrapped."""
    if name not in _seen:
        _seen.add(name)
        _import("_socket")
        DRIVERS[name](_import(name))


def _sqlite3(module):
    def target(_):
        return "local (sqlite3)"

    def cursor(self, *args, **kwargs):
        if not args and not kwargs:
            args = (cursor_type,)
        try:
            return make_cursor(self, *args, **kwargs)
        except BaseException as error:
            untrace(error)
            raise

    make_cursor = module.Connection.cursor
    # Not in the place of its base: a connection makes cursors of that, too, as soon as it is not watched.
    cursor_type = _subclass(module.Cursor, {})
    connection_type = _subclass(module.Connection, {})
    watch_methods(cursor_type, target)
    watch_method(connection_type, "cursor", target, cursor)
    # Before 3.11 the others go by cursor().
    for name in ("execute", "executemany", "executescript", "commit") if _HAS_OWN_CURSORS else ("commit",):
        watch_method(connection_type, name, target)
    # Without a frame of its own: warnings are told of the line that calls.
    connect = _partial(module.connect, factory=connection_type)
    for place in (module, module.dbapi2):
        place.Connection, place.connect = connection_type, connect


def _psycopg2(module):
    types = module.extensions

    def target(cursor):
        return _host_and_port(cursor.connection.info, 5432)

    def received(cursor):
        return received_through(cursor.connection.fileno())

    def cursor(self, *args, **kwargs):
        if len(args) < 2 and kwargs.get("cursor_factory") is None and self.cursor_factory is None:
            kwargs["cursor_factory"] = cursor_type
        try:
            return make_cursor(self, *args, **kwargs)
        except BaseException as error:
            untrace(error)
            raise

    def connect(dsn, connection_factory=None, **kwargs):
        try:
            return inner(dsn, connection_factory=connection_factory or connection_type, **kwargs)
        except BaseException as error:
            untrace(error)
            raise

    def connecting(args, kwargs):
        dsn = args[0] if args else kwargs.get("dsn")
        given = {**(types.parse_dsn(dsn) if type(dsn) is str else {}), **kwargs}
        return "database", _address(given.get("host"), given.get("port"), 5432)

    make_cursor, inner = types.connection.cursor, module._connect
    look_alike(cursor, make_cursor)
    cursor_type = _subclass(types.cursor, {})
    connection_type = _subclass(types.connection, {"cursor": cursor})
    watch_methods(cursor_type, target, received)
    watch_method(connection_type, "commit", lambda connection: _host_and_port(connection.info, 5432))
    types.cursor, types.connection, module._connect = cursor_type, connection_type, connect
    around(module, "connect", connecting)


def _pymysql(module):
    # Its connections are sockets of Python, which are noted as such.
    watch_methods(
        module.cursors.Cursor,
        lambda cursor: _host_and_port(cursor.connection, 3306),
        lambda cursor: received_by(cursor.connection._sock),
    )


def _psycopg(module):
    # Its connections are those of libpq, which Python does not see. Coroutines wait by the selector.
    def target(cursor):
        return _host_and_port(cursor.connection.info, 5432)

    def connecting(args, kwargs):
        dsn = args[0] if args else kwargs.get("conninfo", "")
        given = {**module.conninfo.conninfo_to_dict(dsn), **kwargs}
        return "database", _address(given.get("host"), given.get("port"), 5432)

    watch_methods(module.Cursor, target, lambda cursor: received_through(cursor.connection.fileno()))
    watch_method(module.Connection, "commit", lambda connection: _host_and_port(connection.info, 5432))
    around(module, "connect", connecting)


def _mysqldb(module):
    from MySQLdb.connections import Connection
    from MySQLdb.cursors import BaseCursor

    def target_of(connection):
        host, _, way = connection.get_host_info().partition(" via ")
        return "%s:%s" % (host if way.startswith("TCP") else "local", connection.port or 3306)

    def connecting(args, kwargs):
        host = args[0] if args else kwargs.get("host")
        return "database", _address(None if host == "localhost" else host, kwargs.get("port"), 3306)

    watch_methods(
        BaseCursor,
        lambda cursor: target_of(cursor.connection),
        lambda cursor: received_through(cursor.connection.fileno()),
    )
    watch_method(Connection, "commit", target_of)
    around(module, "connect", connecting)
    module.Connect = module.Connection = module.connect


def _oracledb(module):
    def target_of(connection):
        # `host:port/service`, or the name of an entry in a file.
        return str(connection.dsn).partition("/")[0]

    def connecting(args, kwargs):
        dsn = args[0] if args else kwargs.get("dsn")
        return "database", dsn.rpartition("@")[2].partition("/")[0] if type(dsn) is str else "oracle"

    watch_methods(module.Cursor, lambda cursor: target_of(cursor.connection))
    watch_method(module.Connection, "commit", target_of)
    around(module, "connect", connecting)


def _host_and_port(owner, usual_port):
    try:
        return _address(owner.host, owner.port, usual_port)
    except Exception:
        return "local"


def _address(host, port, usual_port):
    """Without a host, or with a folder, the database is reached by a socket of this machine."""
    if not host or host.startswith("/"):
        return "local:%s" % (port or usual_port)
    return "%s:%s" % (host, port or usual_port)


def _subclass(kind, members):
    alike = {"__slots__": (), "__module__": kind.__module__, "__qualname__": kind.__qualname__, "__doc__": kind.__doc__}
    return type(kind.__name__, (kind,), {**alike, **members})


def _partial(function, **given):
    from _functools import partial

    made = partial(function, **given)
    made.__doc__ = function.__doc__
    return made


DRIVERS = {
    "sqlite3": _sqlite3,
    "psycopg2": _psycopg2,
    "psycopg": _psycopg,
    "pymysql": _pymysql,
    "MySQLdb": _mysqldb,
    "oracledb": _oracledb,
}
