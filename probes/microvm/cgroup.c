#include "agent.h"

#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

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

static int wanted_processors, seen_processors;

static bool is_there(int number) {
  char path[64];
  snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/online", number);
  return access(path, F_OK) == 0;
}

/* The first one stays, and has no such file. */
void set_processors(int count) {
  wanted_processors = count;
  for (seen_processors = 1; is_there(seen_processors); seen_processors++) {
    char path[64];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/online", seen_processors);
    write_text(path, seen_processors < count ? "1" : "0");
  }
}

/* One that was added comes seconds later, and offline. */
void welcome_processors(void) {
  if (wanted_processors > seen_processors && is_there(seen_processors))
    set_processors(wanted_processors);
}
