import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { RunSummary } from '#model/summary.ts';
import { test } from './box.ts';

const MIB = 2 ** 20;
const LIMITS = ['--max-memory', '1Gi', '--max-cpu', '1', '--memory', '64Mi'];
const NODE = '/run/limber/probes/node/limber-hint';

const hinted = (summary: RunSummary | undefined) =>
  (summary?.decisions ?? []).filter(({ reasons }) =>
    reasons.some(({ signal }) => signal.startsWith('hint.')),
  );
/** What was asked for; a decision that answers it may have reasons of its own beside. */
const reasonsOf = (summary: RunSummary | undefined) =>
  hinted(summary)
    .flatMap(({ reasons }) => reasons.map(({ signal, text }) => `${signal}: ${text}`))
    .filter((reason) => reason.startsWith('hint.'));

/** Asks for memory that it never touches: only the hint can be why it is given. */
const ASKING: Readonly<Record<string, string>> = {
  'ask.py': `
import limber_hint, os
answer = limber_hint.hint(memory='600Mi', within='10s', phase='load')
assert limber_hint.allocation()['memoryBytes'] == answer['allocation']['memoryBytes']
print(answer['accepted'], answer['allocation']['memoryBytes'])`,
  'ask.cjs': `
const limber = require('${NODE}.cjs');
limber.hint({ memory: '600Mi', within: '10s', phase: 'load' }).then(({ accepted, allocation }) =>
  console.log(accepted ? 'True' : 'False', allocation.memoryBytes));`,
  'ask.mjs': `
import { hint } from '${NODE}.mjs';
const { accepted, allocation } = await hint({ memory: '600Mi', within: '10s', phase: 'load' });
console.log(accepted ? 'True' : 'False', allocation.memoryBytes);`,
  'ask.sh': `
limber-hint memory=600Mi within=10s phase=load
until limber-hint | grep -q '"memoryBytes":629145600'; do sleep 0.05; done
echo True 629145600`,
};

describe('a program asks for memory ahead', () => {
  test.for(Object.keys(ASKING))('%s', async (name, { box }) => {
    const { stdout, summary, stderr } = await box.run([...LIMITS, box.write(name, ASKING[name]!)]);
    expect([stdout.toString(), stderr]).toEqual([`True ${600 * MIB}\n`, stderr]);
    expect(reasonsOf(summary)).toEqual([
      'hint.memory: the program asked for 600Mi within 10 s (load)',
    ]);
    expect(hinted(summary)[0]).toMatchObject({ to: { memoryBytes: 600 * MIB } });
    const explained = await box.limber(['explain', summary!.execution]);
    const words = explained.stdout.toString().replaceAll(/\s+/g, ' ');
    expect(words).toContain('to 600Mi: the program asked for 600Mi within 10 s (load).');
  });
});

test('never beyond the maximum, and never of a size that is fixed', async ({ box }) => {
  const script = box.write(
    'greedy.py',
    'import limber_hint; a = limber_hint.hint(memory="500Gi", cpu=512); print(a["accepted"], a["reason"])',
  );
  const bounded = await box.run([...LIMITS, script]);
  expect(bounded.stdout.toString()).toBe('True up to the maximum: 1, 1Gi\n');
  for (const { to } of bounded.summary?.decisions ?? []) {
    expect(to.memoryBytes).toBeLessThanOrEqual(1024 * MIB);
    expect(to.cpuCores).toBeLessThanOrEqual(1);
  }
  const observed = await box.run([...LIMITS, '--observe', script]);
  expect(observed.stdout.toString()).toBe('False this run is only observed\n');
  const fixed = await box.run(['--policy', 'static', '--memory', '64Mi', script]);
  expect(fixed.stdout.toString()).toBe('False the policy is static\n');
  expect([hinted(observed.summary), hinted(fixed.summary)]).toEqual([[], []]);
});

test('what was asked for is given back when it is withdrawn or expires', async ({ box }) => {
  const script = box.write(
    'brief.py',
    `
import limber_hint, time
def until(ok):
    while not ok(limber_hint.allocation()['memoryBytes']): time.sleep(0.02)
with limber_hint.need(memory='500Mi') as answer:
    until(lambda memory: memory == 500 << 20)
until(lambda memory: memory < 200 << 20)
limber_hint.hint(memory='400Mi', lasts=0.5)
until(lambda memory: memory < 200 << 20)
print('given back')`,
  );
  const { stdout, summary } = await box.run([...LIMITS, '--timeout', '60s', script]);
  expect(stdout.toString()).toBe('given back\n');
  expect(reasonsOf(summary)).toHaveLength(2);
});

test('what no resize speaks of is explained all the same', async ({ box }) => {
  const script = box.write(
    'small.py',
    `
import limber_hint, time
limber_hint.hint(memory='1Mi', phase='little')
limber_hint.hint(cpu=9, lasts=0.2)
with limber_hint.need(memory='2Mi'): pass
time.sleep(1.5)`,
  );
  const { summary } = await box.run([...LIMITS, script]);
  const { stdout } = await box.limber(['explain', summary!.execution]);
  const words = stdout.toString().replaceAll(/\s+/g, ' ');
  expect(words).toMatch(/the program asked for 1Mi \(little\): it holds [\d.]+Mi already\./);
  expect(words).toContain('the program asked for 9 cores: it is given up to its maximum of 1.');
  expect(words).toContain('the program asked for 9 cores: this has expired.');
  expect(words).toContain('the program withdrew its hint for memory.');
  const refused = await box.run(['--policy', 'static', '--memory', '64Mi', script]);
  expect(refused.summary?.notes.map(({ text }) => text).join('\n')).toContain(
    'the program asked for 1Mi (little): this was refused, the policy is static.',
  );
});

test('watch is told of the allocation now and of each resize', async ({ box }) => {
  const python = `
import limber_hint, threading
told, grown = [], threading.Event()
def see(allocation):
    told.append(allocation['memoryBytes'] >> 20)
    if told[-1] == 300: grown.set()
stop = limber_hint.watch(see)
while not told: pass
limber_hint.hint(memory='300Mi')
assert grown.wait(20)
stop()
print(told[0] < 300, told[-1])`;
  const node = `
const { hint, watch } = require('${NODE}.cjs');
const told = [];
const stop = watch(({ memoryBytes }) => {
  if (told.push(memoryBytes / 2 ** 20) === 1) hint({ memory: '300Mi' });
  if (memoryBytes === 300 * 2 ** 20) { console.log(told[0] < 300 ? 'True' : 'False', told.at(-1)); stop(); }
});
const alive = setInterval(() => told.at(-1) === 300 && clearInterval(alive), 20);`;
  for (const script of [box.write('watch.py', python), box.write('watch.cjs', node)]) {
    const { stdout, stderr } = await box.run([...LIMITS, script]);
    expect([stdout.toString(), stderr]).toEqual(['True 300\n', stderr]);
  }
});

test('garbage and floods of hints change nothing, and the run ends as it would', async ({
  box,
}) => {
  const script = box.write(
    'noise.py',
    `
import os, socket
s = socket.socket(socket.AF_UNIX); s.connect('/run/limber/hints')
pipe = os.open(os.environ['LIMBER_PROBE'], os.O_WRONLY)
noise = [b'{"v":1,"kind":"hint","hint":{"memoryBytes":-1}}', b'{"v":1,"kind":"hint","hint":[1]}',
         b'{"v":1,"kind":"hint","hint":{"memoryBytes":"9e99"}}', b'\\xff\\xfe', b'[' * 4000, b'x' * 9000,
         b'{"v":9,"kind":"hint","hint":{"cpuCores":1}}', os.urandom(3000).replace(b'\\n', b'')]
for _ in range(50):
    for line in noise:
        os.write(pipe, line + b'\\n')
s.settimeout(0.5)
try:
    for _ in range(2000): s.sendall(noise[0] + b'\\n')
except OSError: pass
print('done')`,
  );
  const { exitCode, stdout, summary } = await box.run([...LIMITS, script]);
  expect([exitCode, stdout.toString()]).toEqual([0, 'done\n']);
  expect(summary?.notes).toEqual([]);
  expect(hinted(summary)).toEqual([]);
});

test('nothing of it is there with --probe off, and asking does no harm', async ({ box }) => {
  const script = box.write(
    'none.py',
    `
import os
assert not [name for name in os.listdir('/run/limber') if name in ('probe', 'hints')]
assert 'LIMBER_PROBE' not in os.environ and 'PYTHONPATH' not in os.environ
try: import limber_hint
except ImportError: print('none')`,
  );
  const { stdout, stderr } = await box.run(['--probe', 'off', script]);
  expect([stdout.toString(), stderr]).toEqual(['none\n', stderr]);
});

test('limber-hint says what it cannot understand', async ({ box }) => {
  const script = box.write(
    'wrong.sh',
    `
for words in memory=4Q cpu=2Gi memory= within=10s speed=9 9 'phase=a"b cpu=1'; do
  limber-hint $words 2>&1
  echo $?
done
limber-hint --help | head -n 1`,
  );
  const { stdout } = await box.run([...LIMITS, script]);
  expect(stdout.toString()).toBe(
    `limber-hint: memory=4Q: expected bytes such as 512Mi or 4Gi
2
limber-hint: cpu=2Gi: expected cores such as 500m, 2 or 1.5
2
limber-hint: memory=: expected bytes such as 512Mi or 4Gi
2
limber-hint: nothing is asked for: give memory, cpu, ingress or egress
2
limber-hint: speed: unknown; expected memory, cpu, ingress, egress, within, for, phase or id
2
limber-hint: 9: expected NAME=VALUE (see limber-hint --help)
2
limber-hint: phase=a"b: expected letters, digits and _ . : / -
2
usage: limber-hint [NAME=VALUE...]
`,
  );
});

test('the network is made ready as well', async ({ box }) => {
  const script = box.write(
    'network.py',
    `
import limber_hint, time
print(limber_hint.hint(egress='80M', ingress='90M')['accepted'])
while limber_hint.allocation()['egressBitsPerSecond'] != 80e6: time.sleep(0.02)
print(limber_hint.allocation()['ingressBitsPerSecond'])`,
  );
  const args = ['--network', 'egress', '--egress', '5M', '--ingress', '5M', script];
  const { stdout, summary, stderr } = await box.run(['--timeout', '30s', ...args]);
  expect([stdout.toString(), stderr]).toEqual(['True\n90000000\n', stderr]);
  // Where the node has it in two steps only, a reason is said twice.
  expect(new Set(reasonsOf(summary))).toEqual(
    new Set([
      'hint.egress: the program asked for 80Mbit/s',
      'hint.ingress: the program asked for 90Mbit/s',
    ]),
  );
});

describe('the examples of the guide', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/hints.md'), 'utf8');
  const said = /in force\n(.* cores\n)*419430400\n/;
  const languages = [
    { language: 'sh', ending: '.sh', output: /"memoryBytes":\d+/ },
    { language: 'python', ending: '.py', output: said },
    { language: 'javascript', ending: '.cjs', output: said },
  ];
  test.for(languages)('$language', async ({ language, ending, output }, { box }) => {
    const code = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(guide)?.[1] ?? '';
    const { exitCode, summary, stdout } = await box.run([
      ...LIMITS,
      box.write(`example${ending}`, code),
    ]);
    expect(exitCode).toBe(0);
    expect(reasonsOf(summary)[0]).toBe(
      'hint.memory: the program asked for 300Mi within 10 s (load)',
    );
    expect(stdout.toString()).toMatch(output);
  });
});
