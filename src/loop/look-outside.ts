import { basename } from 'node:path';
import type { FileProgress, OutsideConnection, OutsideReading } from '#model/outside.ts';
import type { PhasePlace } from '#model/phase.ts';
import type { LiveView } from '#predict/lookahead.ts';
import { forget, type Live } from './live.ts';
import type { Managed } from './managed.ts';

/**
 * Where no probe speaks, a place is the command that runs, and what it waits for tells what it does.
 * Costs a comparison or two in a tick without a look.
 */
export function lookOutside(managed: Managed, nowMs: number): void {
  const { outside, live, input } = managed;
  const hasProbe = live.program.speaks(nowMs);
  const reading = outside.look(input.sample, nowMs, hasProbe);
  if (reading === undefined) return;
  live.isOwed = reading.connections.some(({ awaitsAnswer }) => awaitsAnswer);
  if (hasProbe) return;
  if (reading.place === '') return forget(live);
  const view = viewOf(reading, live, outside.fileOf(reading));
  live.isHeard = false;
  live.place = placeOf(view.key);
  live.isWaiting = view.look.state === 'waiting';
  live.callsUnderWay = view.callsUnderWay;
  live.waitsForDisk = reading.doing === 'waiting-io' && waitsForDisk(reading);
  live.lookahead.see(view, input.sample, nowMs);
}

function viewOf(reading: OutsideReading, live: Live, file: FileProgress | undefined): LiveView {
  const { doing } = reading;
  const isRunning = doing === 'computing' || doing === 'waiting-io';
  return {
    look: {
      state: isRunning ? 'running' : 'waiting',
      containers: [],
      loops: file === undefined ? [] : [loopOf(file)],
    },
    // Colons part file, function and line of a place in code.
    key: reading.place.replaceAll(':', '.'),
    callsUnderWay: doing === 'waiting-network' ? 1 : 0,
    target: targetOf(reading.connections),
    ranCores: reading.placeCores,
    ...(file !== undefined && { reads: basename(file.file) }),
  };
}

/** A file is read like a loop goes: bytes done of bytes in all. */
function loopOf({ file, doneBytes, totalBytes }: FileProgress) {
  return { file, firstLine: 0, done: doneBytes, total: totalBytes };
}

/** Of several connections, those are waited for that are being made or owe an answer. */
function targetOf(connections: readonly OutsideConnection[]): string {
  const open = connections.filter(({ state }) => /^(ESTAB|SYN-SENT)$/.test(state));
  const owing = open.filter(({ state, awaitsAnswer }) => state === 'SYN-SENT' || awaitsAnswer);
  const peers = new Set((owing.length > 0 ? owing : open).map(({ peer }) => peer));
  if (peers.size > 1) return `one of ${peers.size} connections`;
  return [...peers][0] ?? 'the network';
}

function waitsForDisk({ top }: OutsideReading): boolean {
  return top.some(({ waitsFor }) => waitsFor === 'disk');
}

function placeOf(key: string): PhasePlace {
  return { file: key, function: '', line: 0, isLoop: false, loopDepth: 0, key };
}
