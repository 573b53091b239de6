#define _GNU_SOURCE
#include "agent.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* The socket at which programs ask for resources: the host answers, and each connection is carried
 * there under a number of its own. One piece is on its way in each direction: whoever takes none
 * holds up only itself. */
#define PATH ROOT "/run/limber/hints"
#define MOST 8
#define PIECE 4096

struct connection {
  int fd; /* -1: a free place */
  uint32_t number;
  bool is_untaken; /* the host has not taken the last piece yet */
  size_t held, at; /* what the program has not read yet */
  char bytes[PIECE];
};
static struct connection connections[MOST];
static int listener = -1;
static uint32_t last_number;
static bool is_heard;

void open_hints(void) {
  for (int place = 0; place < MOST; place++) connections[place].fd = -1;
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = PATH};
  listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, MOST) != 0)
    return fail("the socket for hints");
  chmod(PATH, 0666);
}

static void tell(char type, struct connection *connection, const char *bytes, size_t length) {
  char frame[sizeof connection->number + PIECE];
  memcpy(frame, &connection->number, sizeof connection->number);
  memcpy(frame + sizeof connection->number, bytes, length);
  send_frame(type, frame, sizeof connection->number + length);
}

static void let_go(struct connection *connection) {
  close(connection->fd);
  *connection = (struct connection){.fd = -1};
}

/* Whoever listened is gone, and with it the other ends. */
void hear_hints(bool is_there) {
  is_heard = is_there && listener >= 0;
  if (listener < 0) return;
  for (int place = 0; place < MOST; place++)
    if (connections[place].fd >= 0) let_go(&connections[place]);
}

int wait_for_hints(struct pollfd *to) {
  int count = 0;
  bool has_place = false;
  if (!is_heard) return 0;
  for (int place = 0; place < MOST; place++) {
    struct connection *one = &connections[place];
    short events = (one->is_untaken ? 0 : POLLIN) | (one->held ? POLLOUT : 0);
    has_place = has_place || one->fd < 0;
    if (one->fd >= 0 && events) to[count++] = (struct pollfd){.fd = one->fd, .events = events};
  }
  if (has_place) to[count++] = (struct pollfd){.fd = listener, .events = POLLIN};
  return count;
}

static void accept_one(struct connection *place) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  *place = (struct connection){.fd = fd, .number = ++last_number};
  tell('o', place, "", 0);
}

static void give(struct connection *connection) {
  while (connection->held > 0) {
    ssize_t sent = write(connection->fd, connection->bytes + connection->at, connection->held);
    if (sent < 0 && errno == EAGAIN) return;
    if (sent <= 0) break;
    connection->at += sent;
    connection->held -= sent;
    if (connection->held == 0) tell('t', connection, "", 0);
  }
}

static void take(struct connection *connection) {
  char bytes[PIECE];
  ssize_t got = read(connection->fd, bytes, sizeof bytes);
  if (got < 0 && errno == EAGAIN) return;
  if (got > 0) {
    connection->is_untaken = true;
    return tell('b', connection, bytes, got);
  }
  tell('z', connection, "", 0);
  let_go(connection);
}

/* Once for each turn and place: a flood of connections is taken as slowly as this is called. */
void pass_hints(void) {
  for (int place = 0; is_heard && place < MOST; place++) {
    struct connection *one = &connections[place];
    if (!has_room(2 * PIECE)) return;
    if (one->fd < 0) accept_one(one);
    if (one->fd >= 0 && one->held > 0) give(one);
    if (one->fd >= 0 && !one->is_untaken) take(one);
  }
}

void receive_hint(char type, const char *payload, size_t length) {
  uint32_t number;
  if (!is_heard || length < sizeof number) return;
  memcpy(&number, payload, sizeof number);
  length -= sizeof number;
  for (int place = 0; place < MOST; place++) {
    struct connection *one = &connections[place];
    if (one->fd < 0 || one->number != number) continue;
    if (type == 'z') return let_go(one);
    if (type == 't') one->is_untaken = false;
    if (type != 'b' || one->held > 0 || length > PIECE) return;
    memcpy(one->bytes, payload + sizeof number, length);
    one->held = length;
    one->at = 0;
    return give(one);
  }
}
