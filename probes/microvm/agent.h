/* The first process of a Limber virtual machine: see docs/decisions/0017-microvm.md. */
#ifndef LIMBER_AGENT_H
#define LIMBER_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHARE "/share"
#define LAUNCH SHARE "/launch"
#define ROOT "/newroot"
#define CGROUP "/cgroup/program"
#define MOST_PAYLOAD 65536

/* setup.c: what every machine has, and then what belongs to one run. */
void begin(void);
void furnish(const char *given, size_t length);

/* claim.c: a program that waits is told what it is to run. */
void open_claim(void);
void claim(const char *given, size_t length);

/* fresh.c: nothing of a machine that was kept is shared by those that go on from it. */
void make_fresh(const char *given, size_t length);
void run_once(void);

/* boot.c: modules, file systems, network. */
void load_modules(void);
void mount_root(void);
void mount_share(void);
void mount_all(void);
void show(const char *from, const char *to, const char *mode);
void configure_network(void);

/* launch.c: what the host wrote about this run. */
const char *setting(const char *name, const char *otherwise);
long long number_setting(const char *name, long long otherwise);
char **read_words(const char *path);
char *read_file(const char *path, size_t *length);

/* cgroup.c: limits of the program, and how many processors it has. */
void make_cgroup(void);
void join_cgroup(void);
void limit_memory(long long bytes);
void set_processors(int count);
void welcome_processors(void);

/* sample.c: one line of numbers about the machine. */
void open_counters(void);
size_t write_sample(char *to, size_t size);

/* ports.c: frames over virtio-serial. */
void open_ports(void);
int control_port(void);
int stream_port(int stream);
bool send_frame(char type, const void *payload, size_t length);
/* Calls `receive` for each whole frame that has come. False when the host is not there. */
bool take_frames(void (*receive)(char type, const char *payload, size_t length));
bool flush_frames(void);
bool has_unsent(void);
bool has_room(size_t bytes);
void forget_unsent(void);

/* hints.c: programs' connections to the host. */
struct pollfd;
void open_hints(void);
void hear_hints(bool is_there);
int wait_for_hints(struct pollfd *to); /* fills at most 9; returns how many */
void pass_hints(void);
void receive_hint(char type, const char *payload, size_t length);

/* program.c: the program and its three streams. */
struct program {
  int status_pipe; /* tells how it ended */
  int streams[2];  /* read ends of its output */
  int input;       /* write end of its input, or -1 */
  int command_pipe;
  int init_pid;
};
struct program start_program(void);

/* stream.c: output, as much of it as may be kept. */
struct stream {
  int from, to;
  size_t held, at;
  long long sent, most;
  char bytes[32768];
};
bool stream_wants_input(const struct stream *stream);
bool stream_wants_output(const struct stream *stream);
void pump(struct stream *stream);

void fail(const char *what) __attribute__((noreturn));
void warn(const char *what);
void write_text(const char *path, const char *text);

#endif
