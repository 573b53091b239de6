import { watch } from 'node:fs';
import { readRecord } from './record.ts';

/**
 * Calls back once when another controller has taken the machine over: its monitor and its agent
 * answer one connection at a time, and the new one's is waiting. Returns the end of it.
 */
export function watchSuccession(
  stateFolder: string,
  claim: string,
  onSucceeded: () => void,
): () => void {
  const watcher = watch(stateFolder, () => {
    const record = readRecord(stateFolder);
    if (!record || record.claim === claim) return;
    watcher.close();
    onSucceeded();
  });
  watcher.unref();
  // The folder went with the machine.
  watcher.on('error', () => watcher.close());
  return () => watcher.close();
}
