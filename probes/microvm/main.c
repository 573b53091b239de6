#define _GNU_SOURCE
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SAMPLE_EVERY_MS 50
#define UNHEARD_EVERY_MS 100
#define MOST_MESSAGE 8192
#define NOT_STARTED 0x10000
/* Per reading of the probes' pipe: a flood must not keep the rest from being heard. */
#define MESSAGES_EVERY_MS 10

static struct program program = {-1, {-1, -1}, -1, -1, -1};
static struct stream streams[2];
/* Somebody has greeted, and the port has its other end at this moment. */
static bool is_connected, is_there, is_furnished, is_started, has_ended;
static char greeting[16];
static char end_text[256];
static size_t end_length;
static char *input_bytes;
static size_t input_held, input_at;
static bool input_over;
static int probe = -1;

void warn(const char *what) {
  char text[512];
  int length = snprintf(text, sizeof text, "limber-agent: %s: %s\n", what, strerror(errno));
  int console = open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC);
  if (console >= 0 && write(console, text, length) < 0) errno = 0;
  if (console >= 0) close(console);
  if (is_connected || control_port() >= 0) send_frame('W', text, length);
}

void fail(const char *what) {
  warn(what);
  flush_frames();
  sync();
  if (getpid() == 1) reboot(RB_POWER_OFF);
  _exit(125);
}

static long long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void write_allocation(const char *text, size_t length) {
  int fd = open(ROOT "/run/limber/allocation.new", O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (fd < 0) return warn("the allocation");
  if (write(fd, text, length) < 0) warn("the allocation");
  close(fd);
  rename(ROOT "/run/limber/allocation.new", ROOT "/run/limber/allocation.json");
}

static void give_input(void) {
  while (input_held > 0) {
    ssize_t sent = write(program.input, input_bytes + input_at, input_held);
    if (sent < 0 && errno == EAGAIN) return;
    if (sent <= 0) break;
    input_at += sent;
    input_held -= sent;
  }
  char taken = input_held == 0 ? '1' : '0';
  if (input_bytes) send_frame('A', &taken, 1);
  free(input_bytes);
  input_bytes = NULL;
  input_held = 0;
  if (input_over && program.input >= 0) {
    close(program.input);
    program.input = -1;
  }
}

static void take_input(const char *payload, size_t length) {
  if (program.input < 0 || has_ended) {
    send_frame('A', "0", 1);
    return;
  }
  input_bytes = malloc(length + 1);
  memcpy(input_bytes, payload, length);
  input_held = length;
  input_at = 0;
  give_input();
}

static void start(void) {
  if (is_started || !is_furnished) return;
  is_started = true;
  program = start_program();
  long long most = number_setting("output_bytes", 0);
  for (int stream = 0; stream < 2; stream++) {
    streams[stream].from = program.streams[stream];
    streams[stream].to = stream_port(stream);
    streams[stream].most = most;
  }
}

static void send_signal(int number) {
  unsigned char byte = number;
  if (program.command_pipe >= 0 && write(program.command_pipe, &byte, 1) < 0) warn("a signal");
}

/* From here on it is the machine of one run. */
static void join_run(const char *payload, size_t length) {
  if (!is_furnished) furnish(payload, length);
  is_furnished = true;
  probe = open(ROOT "/run/limber/probe", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (probe >= 0) open_hints();
  send_frame('U', NULL, 0);
}

static void receive(char type, const char *payload, size_t length) {
  char text[64];
  snprintf(text, sizeof text, "%.*s", (int)(length < 63 ? length : 63), payload);
  switch (type) {
    case 'H':
      /* It is repeated until it is answered: what was said in between stays said. */
      if (length != sizeof greeting || memcmp(greeting, payload, length) != 0) {
        forget_unsent();
        hear_hints(false);
      }
      memcpy(greeting, payload, length < sizeof greeting ? length : sizeof greeting);
      is_connected = true;
      send_frame('H', payload, length);
      if (end_length > 0) send_frame('X', end_text, end_length);
      break;
    case 'Q': claim(payload, length); break;
    case 'U': join_run(payload, length); break;
    case 'G': start(); break;
    case 'L': limit_memory(atoll(text)); break;
    case 'C': set_processors(atoi(text)); break;
    case 'P': write_allocation(payload, length); break;
    case 'I': take_input(payload, length); break;
    case 'E':
      input_over = true;
      give_input();
      break;
    case 'K': send_signal(atoi(text)); break;
    case '9':
      if (program.init_pid > 0) kill(program.init_pid, SIGKILL);
      break;
    case 'O': hear_hints(is_furnished); break;
    case 'b':
    case 't':
    case 'z': receive_hint(type, payload, length); break;
    case 'D': write_text(CGROUP "/memory.reclaim", "64M"); break;
    default: break;
  }
}

static void note_end(void) {
  int status = 0;
  ssize_t got = read(program.status_pipe, &status, sizeof status);
  if (got < 0) return;
  if (got != sizeof status) status = SIGKILL;
  has_ended = true;
  close(program.status_pipe);
  program.status_pipe = -1;
  waitpid(program.init_pid, NULL, 0);
  struct statvfs tmp = {0};
  statvfs(ROOT "/tmp", &tmp);
  bool started = !(status & NOT_STARTED);
  status &= 0xffff;
  end_length = snprintf(end_text, sizeof end_text, "v1 %d %d %d %llu %llu", started,
                        WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                        WIFSIGNALED(status) ? WTERMSIG(status) : 0,
                        (unsigned long long)(tmp.f_blocks - tmp.f_bfree) * tmp.f_frsize,
                        (unsigned long long)tmp.f_blocks * tmp.f_frsize);
}

static bool has_flushed(void) {
  return streams[0].from < 0 && streams[1].from < 0 && !streams[0].held && !streams[1].held;
}

/* Only when all output is on its way: the counts tell the host how much that is. */
static void tell_end(void) {
  static bool is_told;
  if (!has_ended || is_told || !has_flushed()) return;
  is_told = true;
  end_length += snprintf(end_text + end_length, sizeof end_text - end_length, " %lld %lld",
                         streams[0].sent, streams[1].sent);
  char sample[512];
  send_frame('S', sample, write_sample(sample, sizeof sample));
  send_frame('X', end_text, end_length);
}

static void pass_messages(void) {
  char bytes[MOST_MESSAGE];
  ssize_t got = read(probe, bytes, sizeof bytes);
  if (got > 0 && is_connected) send_frame('M', bytes, got);
}

int main(void) {
  long long next_sample = 0, next_messages = 0;
  begin();
  for (;;) {
    long long now = now_ms();
    struct pollfd waited[16];
    int count = 0;
    short control = POLLIN | (is_connected && has_unsent() ? POLLOUT : 0);
    waited[count++] = (struct pollfd){.fd = control_port(), .events = control};
    if (program.status_pipe >= 0)
      waited[count++] = (struct pollfd){.fd = program.status_pipe, .events = POLLIN};
    if (input_held > 0) waited[count++] = (struct pollfd){.fd = program.input, .events = POLLOUT};
    for (int at = 0; is_started && at < 2; at++) {
      if (stream_wants_input(&streams[at]))
        waited[count++] = (struct pollfd){.fd = streams[at].from, .events = POLLIN};
      if (stream_wants_output(&streams[at]))
        waited[count++] = (struct pollfd){.fd = streams[at].to, .events = POLLOUT};
    }
    if (probe >= 0 && now >= next_messages) {
      waited[count++] = (struct pollfd){.fd = probe, .events = POLLIN};
      count += wait_for_hints(waited + count);
    }
    int wait_ms = probe >= 0 && now < next_messages ? next_messages - now : SAMPLE_EVERY_MS;
    /* A port without a host reports that at once, again and again. */
    if (!is_there) poll(NULL, 0, UNHEARD_EVERY_MS);
    poll(waited, count, is_there && next_sample - now < wait_ms
                            ? (next_sample > now ? next_sample - now : 0)
                            : wait_ms);
    /* The end of a connection may be seen after the next one has greeted: only a greeting begins anew. */
    is_there = take_frames(receive) && is_connected;
    if (program.status_pipe >= 0 && is_started) note_end();
    if (input_held > 0) give_input();
    for (int at = 0; is_started && at < 2; at++) pump(&streams[at]);
    tell_end();
    now = now_ms();
    if (probe >= 0 && now >= next_messages) {
      pass_messages();
      pass_hints();
      next_messages = now + MESSAGES_EVERY_MS;
    }
    if (is_there && is_furnished && now >= next_sample) {
      char sample[512];
      send_frame('S', sample, write_sample(sample, sizeof sample));
      welcome_processors();
      next_sample = now + SAMPLE_EVERY_MS;
    }
    if (is_connected) flush_frames();
  }
}
