import type { NetworkRule, Submission } from '#model/execution.ts';
import { formatBytes } from '#model/quantities.ts';
import type { Fact } from './fact-lines.ts';
import { formatSeconds } from './figures.ts';
import { oneLine } from './text-table.ts';

/** What the program will see of the machine, and where it will be ended. */
export function sandboxFacts(submission: Submission): Fact[] {
  const { currentFolder, writableCurrentFolder, rootfs, mounts } = submission;
  return [
    [
      'system',
      rootfs === undefined ? 'of this machine, read-only' : `${oneLine(rootfs)}, read-only`,
    ],
    ['folder', `${oneLine(currentFolder)}, ${access(writableCurrentFolder)}`],
    ...(mounts.length > 0 ? [['mounts', ...mountTexts(submission)] as const] : []),
    ['network', ...networkTexts(submission.network)],
    ['environment', Object.keys(submission.env).join(', ') || 'nothing of yours'],
    ['limits', limitsText(submission)],
  ];
}

function access(writable: boolean): string {
  return writable ? 'writable' : 'read-only';
}

function mountTexts({ mounts }: Submission): string[] {
  return mounts.map(
    ({ host, guest, writable }) => `${oneLine(guest)} is ${oneLine(host)}, ${access(writable)}`,
  );
}

function networkTexts({ kind, hostPorts }: NetworkRule): string[] {
  const ports = hostPorts.map(
    (port) => `host.limber.internal:${port} is port ${port} of this machine`,
  );
  return [kind === 'none' ? 'none' : 'outgoing connections', ...ports];
}

function limitsText({ timeoutMs, tmpBytes, maxProcesses, maxOutputBytes }: Submission): string {
  const time = timeoutMs === undefined ? 'no time limit' : formatSeconds(timeoutMs / 1000);
  const rest = [
    `${formatBytes(tmpBytes)} of /tmp`,
    `${maxProcesses} processes and threads`,
    `${formatBytes(maxOutputBytes)} of output`,
  ];
  return [time, ...rest].join(', ');
}
