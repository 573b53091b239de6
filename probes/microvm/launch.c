#include "agent.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Ends with a zero byte that `length` does not count; NULL where there is no such file. */
char *read_file(const char *path, size_t *length) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return NULL;
  size_t size = 4096, used = 0;
  char *bytes = malloc(size + 1);
  for (;;) {
    ssize_t got = read(fd, bytes + used, size - used);
    if (got <= 0) break;
    used += got;
    if (used == size) bytes = realloc(bytes, (size *= 2) + 1);
  }
  close(fd);
  bytes[used] = 0;
  if (length) *length = used;
  return bytes;
}

/* `name=value` lines. */
const char *setting(const char *name, const char *otherwise) {
  static char *text;
  if (!text) text = read_file(LAUNCH "/settings", NULL);
  if (!text) fail("the host sent no settings");
  size_t length = strlen(name);
  for (char *line = text; line && *line; line = strchr(line, '\n'), line += line != NULL) {
    if (strncmp(line, name, length) != 0 || line[length] != '=') continue;
    char *value = line + length + 1;
    return strndup(value, strcspn(value, "\n"));
  }
  return otherwise;
}

long long number_setting(const char *name, long long otherwise) {
  const char *text = setting(name, NULL);
  return text ? atoll(text) : otherwise;
}

/* Words that each end with a zero byte, as execve(2) takes them. */
char **read_words(const char *path) {
  size_t length = 0;
  char *bytes = read_file(path, &length);
  size_t count = 0;
  for (size_t at = 0; bytes && at < length; at += strlen(bytes + at) + 1) count++;
  char **words = calloc(count + 1, sizeof *words);
  size_t word = 0;
  for (size_t at = 0; word < count; at += strlen(bytes + at) + 1) words[word++] = bytes + at;
  return words;
}

void write_text(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, text, strlen(text)) < 0) warn(path);
  close(fd);
}
