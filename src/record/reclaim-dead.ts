import { isAlive } from './controller-process.ts';
import type { LedgerStatements } from './ledger-file.ts';
import { isReclaimed, toReservation } from './reservation.ts';

/** Frees what instances of dead controllers hold; their rows stay. True when there were any. */
export function reclaimDead(statements: LedgerStatements): boolean {
  const held = statements.all
    .all()
    .filter((row) => !isReclaimed(row))
    .map(toReservation);
  const alive = new Map<string, boolean>();
  const dead = held.filter((reservation) => {
    const name = `${reservation.controllerPid} ${reservation.controllerStartTicks}`;
    // One controller may have a thousand of them.
    if (!alive.has(name)) alive.set(name, isAlive(reservation));
    return !alive.get(name);
  });
  for (const { controllerPid, controllerStartTicks } of dead)
    statements.reclaim.run(controllerPid, controllerStartTicks);
  return dead.length > 0;
}
