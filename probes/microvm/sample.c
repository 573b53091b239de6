#include "agent.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CPU, CURRENT, STAT, PEAK, EVENTS, PIDS, PIDS_EVENTS, RECEIVED, SENT, MEMINFO, PRESSURE, LIMIT, COUNT };
static const char *const paths[COUNT] = {
    [CPU] = CGROUP "/cpu.stat",
    [CURRENT] = CGROUP "/memory.current",
    [STAT] = CGROUP "/memory.stat",
    [PEAK] = CGROUP "/memory.peak",
    [EVENTS] = CGROUP "/memory.events",
    [PIDS] = CGROUP "/pids.current",
    [PIDS_EVENTS] = CGROUP "/pids.events",
    [RECEIVED] = "/sys/class/net/eth0/statistics/rx_bytes",
    [SENT] = "/sys/class/net/eth0/statistics/tx_bytes",
    [MEMINFO] = "/proc/meminfo",
    [PRESSURE] = CGROUP "/memory.pressure",
    [LIMIT] = CGROUP "/memory.high",
};
static int files[COUNT];

void open_counters(void) {
  for (int file = 0; file < COUNT; file++) files[file] = open(paths[file], O_RDONLY | O_CLOEXEC);
}

/* The number behind `key`, or at the start where there is none; 0 where it is not told. */
static unsigned long long counter(int file, const char *key) {
  static char text[8192];
  if (files[file] < 0) return 0;
  ssize_t length = pread(files[file], text, sizeof text - 1, 0);
  if (length <= 0) return 0;
  text[length] = 0;
  if (!key) return strtoull(text, NULL, 10);
  char *found = strstr(text, key);
  return found ? strtoull(found + strlen(key), NULL, 10) : 0;
}

/* v1: CPU µs, bytes, peak, inactive file, OOM kills, times over the limit, processes, refused forks,
 * received, sent, available KiB of the machine, µs stalled for memory, limit (0: none). */
size_t write_sample(char *to, size_t size) {
  int length = snprintf(
      to, size, "v1 %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu",
      counter(CPU, "usage_usec "), counter(CURRENT, NULL), counter(PEAK, NULL),
      counter(STAT, "inactive_file "), counter(EVENTS, "oom_kill "), counter(EVENTS, "high ") + counter(EVENTS, "max "),
      counter(PIDS, NULL), counter(PIDS_EVENTS, "max "), counter(RECEIVED, NULL),
      counter(SENT, NULL), counter(MEMINFO, "MemAvailable:"), counter(PRESSURE, "total="),
      counter(LIMIT, NULL));
  return length;
}
