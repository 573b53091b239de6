#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HEADER 5
static int control = -1, streams[2] = {-1, -1};
static char incoming[HEADER + MOST_PAYLOAD], outgoing[4 * (HEADER + MOST_PAYLOAD)];
static size_t received, unsent;

static int open_port(const char *name) {
  char device[300];
  snprintf(device, sizeof device, "/dev/%s", name);
  int fd = open(device, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) fail(device);
  return fd;
}

/* Ports are known by the names that the host gave them. */
void open_ports(void) {
  for (int tries = 0; tries < 500 && (control < 0 || streams[0] < 0 || streams[1] < 0); tries++) {
    if (tries) usleep(10000);
    DIR *folder = opendir("/sys/class/virtio-ports");
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
      char path[300];
      snprintf(path, sizeof path, "/sys/class/virtio-ports/%s/name", entry->d_name);
      char *name = entry->d_name[0] == '.' ? NULL : read_file(path, NULL);
      if (!name) continue;
      name[strcspn(name, "\n")] = 0;
      if (control < 0 && strcmp(name, "limber.control") == 0) control = open_port(entry->d_name);
      if (streams[0] < 0 && strcmp(name, "limber.stdout") == 0) streams[0] = open_port(entry->d_name);
      if (streams[1] < 0 && strcmp(name, "limber.stderr") == 0) streams[1] = open_port(entry->d_name);
    }
    if (folder) closedir(folder);
  }
  if (control < 0 || streams[0] < 0 || streams[1] < 0) fail("the ports");
}

int control_port(void) { return control; }
int stream_port(int stream) { return streams[stream]; }
bool has_unsent(void) { return unsent > 0; }
bool has_room(size_t bytes) { return unsent + HEADER + bytes <= sizeof outgoing; }

/* Whoever comes next has not seen their beginning. */
void forget_unsent(void) { unsent = 0; }

/* False when so much waits already that this one has to be left out. */
bool send_frame(char type, const void *payload, size_t length) {
  if (!has_room(length)) return false;
  uint32_t size = length;
  outgoing[unsent] = type;
  memcpy(outgoing + unsent + 1, &size, sizeof size);
  memcpy(outgoing + unsent + HEADER, payload, length);
  unsent += HEADER + length;
  return true;
}

bool flush_frames(void) {
  while (unsent > 0) {
    size_t most = unsent > 4096 ? 4096 : unsent;
    ssize_t sent = write(control, outgoing, most);
    if (sent <= 0) return sent < 0 && errno == EAGAIN;
    memmove(outgoing, outgoing + sent, unsent - sent);
    unsent -= sent;
  }
  return true;
}

bool take_frames(void (*receive)(char type, const char *payload, size_t length)) {
  for (;;) {
    ssize_t got = read(control, incoming + received, sizeof incoming - received);
    if (got == 0) {
      received = 0;
      return false;
    }
    if (got < 0) return errno == EAGAIN;
    received += got;
    for (;;) {
      uint32_t length = 0;
      if (received < HEADER) break;
      memcpy(&length, incoming + 1, sizeof length);
      if (length > MOST_PAYLOAD) {
        received = 0;
        break;
      }
      if (received < HEADER + length) break;
      receive(incoming[0], incoming + HEADER, length);
      received -= HEADER + length;
      memmove(incoming, incoming + HEADER + length, received);
    }
  }
}
