#define _GNU_SOURCE
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_STARTED 0x10000

static void drop_capabilities(void) {
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
    prctl(PR_CAPBSET_DROP, capability);
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2] = {0};
  syscall(SYS_capset, &header, none);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static void read_only(const char *path) {
  mount(path, path, NULL, MS_BIND | MS_REC, NULL);
  mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL);
}

/* The view of the program: its own processes, and nothing of the machine that it could change. */
static void enter_view(void) {
  mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
  if (mount("proc", ROOT "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) fail("proc");
  read_only(ROOT "/proc/sys");
  mount(ROOT "/dev/null", ROOT "/proc/sysrq-trigger", NULL, MS_BIND, NULL);
  if (chroot(ROOT) != 0 || chdir("/") != 0) fail("the view");
  drop_capabilities();
}

struct words {
  char **arguments, **environment;
  const char *folder;
};

static void become_program(const struct words *words, const int fds[3], int failed_pipe) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  setsid();
  for (int fd = 0; fd < 3; fd++) dup2(fds[fd], fd);
  if (chdir(words->folder) == 0) {
    environ = words->environment;
    execvp(words->arguments[0], words->arguments);
  }
  int error = errno;
  const char text[] = "limber: the command cannot be executed in the virtual machine\n";
  if (write(2, text, sizeof text - 1) < 0 || write(failed_pipe, &error, sizeof error) < 0) _exit(126);
  _exit(error == ENOENT ? 127 : 126);
}

/* First process of the program's own ones: when it ends, the kernel ends the rest. */
static void look_after(int program, int command_pipe, int status_pipe, int failed_pipe) {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  int ended = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  struct pollfd waited[2] = {{.fd = command_pipe, .events = POLLIN}, {.fd = ended, .events = POLLIN}};
  for (;;) {
    int status, pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
      if (pid != program) continue;
      int error;
      if (read(failed_pipe, &error, sizeof error) > 0) status |= NOT_STARTED;
      if (write(status_pipe, &status, sizeof status) < 0) _exit(1);
      _exit(0);
    }
    poll(waited, 2, -1);
    struct signalfd_siginfo news;
    while (read(ended, &news, sizeof news) > 0) continue;
    unsigned char signal_number;
    if ((waited[0].revents & POLLIN) && read(command_pipe, &signal_number, 1) == 1)
      kill(-program, signal_number);
  }
}

static void be_init(const struct words *words, const int fds[3], int command_pipe, int status_pipe) {
  int failed[2];
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, NULL);
  enter_view();
  if (pipe2(failed, O_CLOEXEC) != 0) fail("a pipe");
  int program = fork();
  if (program == 0) become_program(words, fds, failed[1]);
  close(failed[1]);
  for (int fd = 0; fd < 3; fd++) close(fds[fd]);
  setpgid(program, program);
  look_after(program, command_pipe, status_pipe, failed[0]);
}

struct program start_program(void) {
  struct words words = {read_words(LAUNCH "/argv"), read_words(LAUNCH "/env"),
                        setting("folder", "/work")};
  int out[2], err[2], in[2] = {-1, -1}, command[2], status[2];
  if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC) || pipe2(command, O_CLOEXEC) ||
      pipe2(status, O_CLOEXEC))
    fail("a pipe");
  bool has_input = number_setting("input", 0);
  if (has_input && pipe2(in, O_CLOEXEC)) fail("a pipe");
  if (!has_input) in[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int fds[3] = {in[0], out[1], err[1]};

  int pid = syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | SIGCHLD, 0, 0, 0, 0);
  if (pid < 0) fail("the program's processes");
  if (pid == 0) {
    /* Ends that are held here would never be seen to close. */
    const int others[] = {out[0], err[0], in[1], command[1], status[0]};
    for (size_t at = 0; at < sizeof others / sizeof *others; at++)
      if (others[at] >= 0) close(others[at]);
    join_cgroup();
    be_init(&words, fds, command[0], status[1]);
  }
  for (int fd = 0; fd < 3; fd++) close(fds[fd]);
  close(command[0]);
  close(status[1]);
  const int ours[] = {out[0], err[0], status[0], in[1]};
  for (size_t at = 0; at < sizeof ours / sizeof *ours; at++)
    if (ours[at] >= 0) fcntl(ours[at], F_SETFL, O_NONBLOCK);
  return (struct program){status[0], {out[0], err[0]}, in[1], command[1], pid};
}
