#include "agent.h"

#include <fcntl.h>
#include <linux/random.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_RANDOM 512
#define BITS 8

/* Random bytes of the host's: without them, machines that go on from one state would draw the same. */
static void reseed(const char *bytes, size_t length) {
  struct {
    struct rand_pool_info head;
    char bytes[MOST_RANDOM];
  } pool = {.head = {.entropy_count = length * BITS, .buf_size = length}};
  memcpy(pool.head.buf, bytes, length);
  int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
  if (ioctl(fd, RNDADDENTROPY, &pool) != 0) fail("the random numbers");
  if (ioctl(fd, RNDRESEEDCRNG) != 0) fail("new random numbers");
  close(fd);
}

/* Eight bytes of nanoseconds since 1970, and then random ones. */
void make_fresh(const char *given, size_t length) {
  uint64_t now;
  if (length < sizeof now || length > sizeof now + MOST_RANDOM) fail("what the host gave");
  memcpy(&now, given, sizeof now);
  struct timespec time = {.tv_sec = now / 1000000000, .tv_nsec = now % 1000000000};
  if (clock_settime(CLOCK_REALTIME, &time) != 0) warn("the clock");
  if (length > sizeof now) reseed(given + sizeof now, length - sizeof now);
}

/* Interpreters that the image may have. What they read stays in memory, and what Python compiles. */
static char *const interpreters[][4] = {
    {"/usr/bin/python3", "-c",
     "import ast, asyncio, bisect, collections, csv, dataclasses, decimal, heapq, inspect, json, logging, os, pickle, "
     "random, re, socket, statistics, string, subprocess, threading, time, traceback, typing, urllib.request, uuid",
     NULL},
    {"/usr/bin/node", "-e", "require('node:worker_threads'); require('node:inspector')", NULL},
    {"/bin/sh", "-c", "true", NULL},
};

/* They have ended when the machine is kept: none draws random numbers that others draw as well. */
void run_once(void) {
  for (size_t at = 0; at < sizeof interpreters / sizeof *interpreters; at++) {
    int pid = fork();
    if (pid == 0) {
      int nothing = open("/dev/null", O_RDWR);
      for (int fd = 0; fd < 3; fd++) dup2(nothing, fd);
      if (chroot(ROOT) == 0 && chdir("/") == 0) execv(interpreters[at][0], interpreters[at]);
      _exit(127);
    }
    waitpid(pid, NULL, 0);
  }
}
