import { spawn } from 'node:child_process';

/** script(1) is a terminal for what it runs; what is typed into it goes through its own input. */
export function openTerminal(
  command: readonly string[],
  {
    current,
    home,
    folder,
  }: { readonly current: string; readonly home: string; readonly folder: string },
) {
  const quoted = command.map((word) => `'${word}'`).join(' ');
  const env = {
    ...process.env,
    LIMBER_HOME: home,
    TERM: 'xterm',
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
  };
  const args = [
    '--quiet',
    '--return',
    '--flush',
    '--command',
    `stty cols 100 rows 30; exec ${quoted}`,
    `${folder}/typescript`,
  ];
  const child = spawn('script', args, { cwd: current, env, stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  return {
    shown: () => shown,
    type: (text: string) => child.stdin.write(text),
    ended: new Promise<number | null>((resolve) => child.once('close', resolve)),
  };
}
