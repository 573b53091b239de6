#include "agent.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIPE ROOT "/run/limber/claim"
static int claim_pipe = -1;

/* The interpreter opens its other end and reads until it is told. */
void open_claim(void) {
  if (mkfifo(PIPE, 0600) != 0) fail(PIPE);
  claim_pipe = open(PIPE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (claim_pipe < 0) fail(PIPE);
}

static void show_file(const char *name) {
  char from[300], to[300];
  snprintf(from, sizeof from, "launch/%s", name);
  snprintf(to, sizeof to, "/run/limber/%s", name);
  show(from, to, "ro");
}

/* Names of files to show, each before a tab, then a line's end and what the interpreter reads. */
void claim(const char *given, size_t length) {
  const char *end = memchr(given, '\n', length);
  if (claim_pipe < 0 || !end) return warn("a claim");
  char *names = strndup(given, end - given), *rest = NULL;
  for (char *name = strtok_r(names, "\t", &rest); name; name = strtok_r(NULL, "\t", &rest))
    show_file(name);
  free(names);
  size_t size = length - (end + 1 - given);
  if (write(claim_pipe, end + 1, size) != (ssize_t)size) fail("the claim");
  close(claim_pipe);
  claim_pipe = -1;
  unlink(PIPE);
}
