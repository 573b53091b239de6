#include "agent.h"

#include <errno.h>
#include <unistd.h>

bool stream_wants_input(const struct stream *stream) { return stream->from >= 0 && stream->held == 0; }

bool stream_wants_output(const struct stream *stream) { return stream->held > 0; }

/* Whoever writes more than may be kept learns that nobody reads it. */
static void take(struct stream *stream) {
  ssize_t got = read(stream->from, stream->bytes, sizeof stream->bytes);
  if (got < 0 && errno == EAGAIN) return;
  long long left = stream->most > 0 ? stream->most - stream->sent : got;
  if (got <= 0 || left <= 0) {
    close(stream->from);
    stream->from = -1;
    return;
  }
  stream->held = got < left ? got : left;
  stream->at = 0;
}

void pump(struct stream *stream) {
  if (stream_wants_input(stream)) take(stream);
  while (stream->held > 0) {
    size_t most = stream->held > 4096 ? 4096 : stream->held;
    ssize_t sent = write(stream->to, stream->bytes + stream->at, most);
    if (sent <= 0) return;
    stream->at += sent;
    stream->held -= sent;
    stream->sent += sent;
  }
}
