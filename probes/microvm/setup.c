#include "agent.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>

/* Set by the kernel's command line where the machine is going to be kept. */
#define TEMPLATE "limber_template"

/* As far as a machine can come before anything is known of its run. */
void begin(void) {
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  mount("proc", "/proc", "proc", 0, NULL);
  mount("sysfs", "/sys", "sysfs", 0, NULL);
  signal(SIGPIPE, SIG_IGN);
  load_modules();
  open_ports();
  mount_root();
  write_text("/proc/self/oom_score_adj", "-1000");
  /* More than there is now may be asked for: it comes when it is needed. */
  write_text("/proc/sys/vm/overcommit_memory", "1");
  if (getenv(TEMPLATE)) run_once();
}

/* What the host has plugged in for this run, and what it says of it. */
void furnish(const char *given, size_t length) {
  make_fresh(given, length);
  mount_share();
  mount_all();
  make_cgroup();
  configure_network();
  open_counters();
}
