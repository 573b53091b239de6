#include "agent.h"

#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_PROCESSORS 256

void make_cgroup(void) {
  char text[32];
  if (mount("cgroup2", "/cgroup", "cgroup2", 0, NULL) != 0) fail("cgroup2");
  write_text("/cgroup/cgroup.subtree_control", "+memory +pids +cpu");
  mkdir(CGROUP, 0755);
  snprintf(text, sizeof text, "%lld", number_setting("processes", 1024));
  write_text(CGROUP "/pids.max", text);
  long long most = number_setting("memory_max", 0);
  snprintf(text, sizeof text, "%lld", most);
  if (most > 0) write_text(CGROUP "/memory.max", text);
  limit_memory(number_setting("memory_high", 0));
}

void join_cgroup(void) { write_text(CGROUP "/cgroup.procs", "0"); }

/* Above `memory.high` a program is made to wait, and goes on when more is there. At its maximum
 * nothing more will come: then the kernel ends it (memory.max). */
void limit_memory(long long bytes) {
  char text[32];
  long long most = number_setting("memory_max", 0);
  bool no_limit = bytes <= 0 || (most > 0 && bytes >= most);
  snprintf(text, sizeof text, "%lld", bytes);
  write_text(CGROUP "/memory.high", no_limit ? "max" : text);
}

/* The first one stays. */
void set_processors(int count) {
  for (int number = 1; number < MOST_PROCESSORS; number++) {
    char path[64];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/online", number);
    if (access(path, F_OK) != 0) return;
    write_text(path, number < count ? "1" : "0");
  }
}
