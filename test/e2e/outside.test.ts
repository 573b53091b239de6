import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { requires } from '../capabilities.ts';
import type { RunSummary } from '#model/summary.ts';
import type { Learned } from '#record/history/learned.ts';
import { test } from './box.ts';

const LIMITS = ['--max-memory', '1Gi', '--max-cpu', '1'];

const phasesOf = (summary: RunSummary | undefined) =>
  (summary?.phases ?? []).map(({ place, activity }) => `${place} ${activity}`);
const textsOf = (summary: RunSummary | undefined, signal: string) =>
  (summary?.decisions ?? []).flatMap(({ reasons }) =>
    reasons.filter((reason) => reason.signal === signal).map(({ text }) => text),
  );

/** Computes, sleeps, and asks a server that answers late; all in one process but the server. */
const TALK = `
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

static void compute(double cores) {
  volatile unsigned long sum = 0;
  double end = seconds(CLOCK_PROCESS_CPUTIME_ID) + cores;
  while (seconds(CLOCK_PROCESS_CPUTIME_ID) < end)
    for (int i = 0; i < 100000; i++) sum += i;
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM, 0);
  bind(server, (struct sockaddr *)&address, length);
  getsockname(server, (struct sockaddr *)&address, &length);
  listen(server, 1);
  if (fork() == 0) {
    int client = accept(server, 0, 0);
    sleep(3);
    send(client, "answer", 6, 0);
    return 0;
  }
  compute(0.6);
  sleep(1);
  int asking = socket(AF_INET, SOCK_STREAM, 0);
  connect(asking, (struct sockaddr *)&address, length);
  char answer[7] = {0};
  recv(asking, answer, 6, MSG_WAITALL);
  puts(answer);
  compute(0.3);
  wait(0);
  return 0;
}
`;

test('a C program: computes, sleeps, and waits for an answer', async ({ box }) => {
  compile(box.current, 'talk', TALK);
  const { summary, stdout } = await box.run([...LIMITS, '--', './talk']);
  expect(stdout.toString()).toBe('answer\n');
  expect(phasesOf(summary)).toContain('talk computing');
  expect(phasesOf(summary)).toContain('talk calling');
  const calling = summary?.phases.find(({ activity }) => activity === 'calling');
  expect(calling!.coreSeconds / calling!.seconds).toBeLessThan(0.05);
  const [talk] = summary?.processes ?? [];
  expect(talk).toMatchObject({ name: 'talk', processes: 2 });
  expect(talk!.coreSeconds).toBeGreaterThan(0.5);
  expect(talk!.coreSeconds).toBeLessThanOrEqual(summary!.cpu.usedCoreSeconds + 0.02);
  const { stdout: shown } = await box.limber(['show', 'last']);
  expect(shown.toString()).toMatch(/phases\n.*talk/);
  expect(shown.toString()).toMatch(/processes\n +talk +2 processes +\d\.\d\d core-s/);
});

/** Computes and grows: what follows a rest, always as long, is learned after two of them. */
const SPIN = `
#include <stdlib.h>
#include <string.h>
#include <time.h>
int main(void) {
  volatile unsigned long sum = 0;
  for (int part = 1; part <= 50; part++) {
    memset(malloc(1000000), part, 1000000);
    while (clock() < CLOCKS_PER_SEC / 100 * part) sum++;
  }
}
`;

test('places of a command are learned, and what comes next is known', async ({ box }) => {
  compile(box.current, 'spin', SPIN);
  const script = 'for i in 1 2 3 4; do sleep 2; ./spin; done';
  const told: string[] = [];
  // Looks come as the cost of one allows: now and then none falls into the moments before a change.
  for (let run = 0; run < 3 && !/^spin comes next/m.test(told.join('\n')); run++) {
    const { summary } = await box.run([...LIMITS, '--', 'bash', '-c', script]);
    expect(phasesOf(summary)).toContain('spin computing');
    told.push(...textsOf(summary, 'memory.ahead'), ...textsOf(summary, 'cpu.ahead'));
  }
  expect(told.join('\n')).toMatch(/^spin comes next \(\d+ %\) and grew by \d\d(\.\d)?Mi/m);
  expect(told.join('\n')).not.toMatch(/^sleep comes next/m);
  const { stdout } = await box.limber(['history', '--json']);
  const [learned] = JSON.parse(stdout.toString()) as readonly Learned[];
  const coresOf = (name: string) =>
    learned!.estimate.places.find(({ key }) => key === name)!.cpuCores;
  expect(coresOf('spin')).toBeGreaterThan(0.1);
  expect(coresOf('sleep')).toBeLessThan(0.1 * coresOf('spin'));
});

test('a shell pipeline: the command that runs is the place', async ({ box }) => {
  const script = `
head -c 40000000 /dev/zero | tr '\\0' 'a' | gzip -9 | wc -c > size
sleep 1
end=$(( $(date +%s) + 1 )); while [ $(date +%s) -le $end ]; do :; done
echo done`;
  const { summary, stdout } = await box.run([...LIMITS, '--write', '--', 'bash', '-c', script]);
  expect(stdout.toString()).toBe('done\n');
  const phases = phasesOf(summary).join('\n');
  expect(phases).toMatch(/^(gzip|tr|head) (computing|contended)$/m);
  expect(phases).toMatch(/^sleep waiting$/m);
  const names = summary?.processes.map(({ name }) => name) ?? [];
  expect(names).toContain('gzip');
  expect(names).toContain('bash');
});

test('a file read from its start to its end is progress', async ({ box }) => {
  box.write('rows.txt', '');
  truncateSync(join(box.current, 'rows.txt'), 400_000_000);
  const source = `
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
int main(void) {
  int file = open("rows.txt", O_RDONLY);
  struct timespec pause = {0, 8000000};
  size_t total = 0;
  for (;;) {
    char *part = malloc(1000000);
    ssize_t got = read(file, part, 1000000);
    if (got <= 0) break;
    total += got;
    nanosleep(&pause, 0);
  }
  printf("%zu\\n", total);
}`;
  compile(box.current, 'rows', source);
  const { summary, stdout } = await box.run([...LIMITS, '--', './rows']);
  expect(stdout.toString()).toBe('400000000\n');
  expect(textsOf(summary, 'memory.ahead').join('\n')).toMatch(
    /it has read \d+ % of rows\.txt and will reach [34]\d\dMi/,
  );
});

test('a Java program is told by its threads', async ({ box, skip }) => {
  requires({ skip }, 'javac');
  box.write(
    'Turns.java',
    `class Turns {
      public static void main(String[] args) throws Exception {
        long end = System.nanoTime() + 1_000_000_000L, sum = 0;
        while (System.nanoTime() < end) sum += end % 7 + 1;
        Thread.sleep(1500);
        System.out.println(sum > 0);
      }
    }`,
  );
  execFileSync('javac', ['Turns.java'], { cwd: box.current });
  const { summary, stdout } = await box.run([...LIMITS, '--', 'java', '-cp', '.', 'Turns']);
  expect(stdout.toString()).toBe('true\n');
  expect(phasesOf(summary)).toContain('java computing');
  expect(phasesOf(summary)).toContain('java waiting');
  expect(phasesOf(summary)).not.toContain('java calling');
  expect(summary?.processes[0]).toMatchObject({ name: 'java', processes: 1 });
});

test('--probe outside runs nothing inside, --probe off looks at nothing', async ({ box }) => {
  const script = box.write(
    'turns.py',
    `
import os, time
assert 'LIMBER_PROBE' not in os.environ
end = time.process_time() + 0.5
while time.process_time() < end: sum(range(2000))
`,
  );
  const outside = await box.run([...LIMITS, '--probe', 'outside', script]);
  expect(outside.exitCode).toBe(0);
  expect(phasesOf(outside.summary)).toContain('python3 computing');
  const off = await box.run([...LIMITS, '--probe', 'off', script]);
  expect(new Set(off.summary?.phases.map(({ place }) => place))).toEqual(new Set(['']));
  expect(off.summary?.processes).toEqual([]);
});

test('a program with a probe: its processes are told, too', async ({ box }) => {
  const script = box.write(
    'parts.py',
    `
import multiprocessing, time
def part(_):
    end = time.process_time() + 1
    while time.process_time() < end: sum(range(2000))
if __name__ == '__main__':
    with multiprocessing.Pool(2) as pool: pool.map(part, range(2))
`,
  );
  const { summary } = await box.run(['--max-memory', '1Gi', '--max-cpu', '2', script]);
  expect(phasesOf(summary).join('\n')).toMatch(/parts\.py:part:5 computing/);
  const python = summary?.processes.find(({ name }) => name.startsWith('python3'));
  expect(python!.processes).toBeGreaterThanOrEqual(3);
});

function compile(folder: string, name: string, source: string): void {
  writeFileSync(join(folder, `${name}.c`), source);
  execFileSync('gcc', ['-O1', '-o', name, `${name}.c`], { cwd: folder });
}
