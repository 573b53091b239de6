import type { Unit } from '#analyze/features/survey.ts';

/** As the profile names its functions; empty for what is outside them. */
export function unitName({ name, className, parent }: Unit): string {
  if (parent === undefined) return '';
  return className === undefined ? name : `${className}.${name}`;
}
