#!/bin/sh
# Compiles a small program and runs it.
cat > heat.c <<'C'
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  size_t n = 3000;
  double *a = malloc(n * n * sizeof *a), s = 0;
  for (size_t i = 0; i < n * n; i++) a[i] = i % 13;
  for (int r = 0; r < 25; r++)
    for (size_t i = n; i < n * n - n; i++) a[i] = (a[i - 1] + a[i + 1] + a[i - n] + a[i + n]) / 4;
  for (size_t i = 0; i < n * n; i++) s += a[i];
  printf("%.3f\n", s);
  return 0;
}
C
gcc -O2 -o heat heat.c && ./heat
