import type { Budget } from '#model/constraints.ts';
import type { AskedBudget } from './request.ts';

const BYTES_PER_GIBIBYTE = 2 ** 30;

/** What was asked over what is in force; undefined where nothing bounds it any more. */
export function budgetOf(asked: AskedBudget, present: Budget = {}): Budget | undefined {
  const { coreSeconds, gibibyteSeconds, networkBytes } = asked;
  const byteSeconds =
    typeof gibibyteSeconds === 'number' ? gibibyteSeconds * BYTES_PER_GIBIBYTE : gibibyteSeconds;
  const merged = { ...present, ...given({ coreSeconds, byteSeconds, networkBytes }) };
  const bounds = Object.entries(merged).filter(([, amount]) => amount !== null);
  return bounds.length === 0 ? undefined : (Object.fromEntries(bounds) as Budget);
}

/** As the API tells it. */
export function spentView(spent: Required<Budget>): Record<keyof AskedBudget, number> {
  const { coreSeconds, byteSeconds, networkBytes } = spent;
  return { coreSeconds, gibibyteSeconds: byteSeconds / BYTES_PER_GIBIBYTE, networkBytes };
}

function given(amounts: Readonly<Record<string, number | null | undefined>>) {
  return Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== undefined));
}
