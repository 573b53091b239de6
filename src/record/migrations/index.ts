import { executions } from './0001-executions.ts';
import { readings } from './0002-readings.ts';
import { history } from './0003-history.ts';
import { places } from './0004-places.ts';
import { learned } from './0005-learned.ts';
import { progress } from './0006-progress.ts';
import type { Migration } from '../migrate.ts';

/**
 * Forward only, in order; the store's version is the number of steps it has taken.
 * A released step is never edited: what must change becomes a new step.
 */
export const MIGRATIONS: readonly Migration[] = [
  executions,
  readings,
  history,
  places,
  learned,
  progress,
];
