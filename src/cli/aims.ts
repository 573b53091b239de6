import { LimberError } from '#model/errors.ts';
import { AIMS, type Aim } from '#model/optimize.ts';
import type { RunRequest } from '#model/request.ts';

const RESOURCES = ['cpu', 'memory', 'network'] as const;

/** `speed`, or an aim for each of some resources: `cpu=speed,memory=cost`. */
export function parseAims(text: string): NonNullable<RunRequest['optimize']> {
  if (isAim(text)) return text;
  const pairs = text.split(',').map((part) => part.split('=') as [string, string | undefined]);
  const aims: Partial<Record<(typeof RESOURCES)[number], Aim>> = {};
  for (const [name, aim] of pairs) {
    const resource = RESOURCES.find((known) => known === name);
    if (resource === undefined || !isAim(aim)) throw unknown(text);
    aims[resource] = aim;
  }
  return aims;
}

function isAim(text: string | undefined): text is Aim {
  return AIMS.some((aim) => aim === text);
}

function unknown(got: string): LimberError {
  return new LimberError('usage-invalid', {
    problem: `--optimize: expected ${AIMS.join(', ')}, or such as cpu=speed,memory=cost, got "${got}"`,
    hint: 'cost reserves less, speed stalls less.',
  });
}
