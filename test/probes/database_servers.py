"""Speak as much of the protocols of PostgreSQL and MySQL as their drivers need; what is `slow` takes 0.3 s."""
import socket, struct, threading, time

def serve(talk):
    listener = socket.create_server(("127.0.0.1", 0))
    def accept():
        while True:
            connection = listener.accept()[0]
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=talk, args=(connection,), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]

def exactly(connection, count):
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part: raise EOFError
        data += part
    return data

def postgres(connection):
    def send(kind, body=b""): connection.sendall(kind + struct.pack("!i", len(body) + 4) + body)
    def ready(): send(b"Z", b"I")
    try:
        while True:
            length = struct.unpack("!i", exactly(connection, 4))[0]
            code = struct.unpack("!i", exactly(connection, length - 4)[:4])[0]
            if code == 196608: break
            connection.sendall(b"N")
        send(b"R", struct.pack("!i", 0))
        for name, value in ((b"server_version", b"15.0"), (b"client_encoding", b"UTF8")):
            send(b"S", name + b"\0" + value + b"\0")
        ready()
        while True:
            kind = exactly(connection, 1)
            body = exactly(connection, struct.unpack("!i", exactly(connection, 4))[0] - 4)
            if b"slow" in body: time.sleep(0.3)
            if kind == b"Q": send(b"C", b"SELECT 0\0"); ready()
            elif kind == b"P": send(b"1")
            elif kind == b"B": send(b"2")
            elif kind == b"D": send(b"n")
            elif kind == b"E": send(b"C", b"SELECT 0\0")
            elif kind == b"S": ready()
            elif kind == b"X": return
    except EOFError:
        pass

def mysql(connection):
    number = 0
    def send(body):
        nonlocal number
        connection.sendall(struct.pack("<I", len(body))[:3] + bytes([number]) + body)
        number += 1
    def receive():
        nonlocal number
        head = exactly(connection, 4)
        number = head[3] + 1
        return exactly(connection, head[0] | head[1] << 8 | head[2] << 16)
    fine = b"\0\0\0\2\0\0\0"
    capabilities = 0x0008A20F
    try:
        send(b"\x0a5.7.0\0" + struct.pack("<I", 1) + b"12345678\0" + struct.pack("<H", capabilities & 0xFFFF) + b"\x21\2\0"
             + struct.pack("<H", capabilities >> 16) + b"\x15" + b"\0" * 10 + b"123456789012\0mysql_native_password\0")
        receive()
        send(fine)
        while True:
            number = 0
            body = receive()
            if body[:1] == b"\1": return
            if b"slow" in body: time.sleep(0.3)
            send(fine)
    except EOFError:
        pass
