"""Whom a connection goes to, and what is there by its port."""

_PORTS = {5432: "database", 3306: "database", 6379: "database", 27017: "database", 1433: "database"}


def kind_of(address):
    port = address[1] if type(address) is tuple and len(address) > 1 else 0
    return _PORTS.get(port, "socket") if type(port) is int else "socket"


def address_text(address):
    if type(address) is tuple and len(address) >= 2:
        return "%s:%s" % (address[0], address[1])
    return str(address) if type(address) is str else "local"
