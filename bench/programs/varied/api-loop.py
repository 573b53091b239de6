"""Asks a slow service on its own loopback, and works a little on each answer."""
import http.server, threading, time, urllib.request

class Slow(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.25)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * 10_000)
    def log_message(self, *_):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Slow)
threading.Thread(target=server.serve_forever, daemon=True).start()

def ask():
    return urllib.request.urlopen("http://127.0.0.1:%d/" % server.server_address[1]).read()

def work(answer):
    end = time.process_time() + 0.12
    while time.process_time() < end:
        sum(answer)

for _ in range(8):
    work(ask())
