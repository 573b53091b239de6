import { colour } from './axes.ts';

const KNOWN = new Set([
  'computing',
  'allocating',
  'transferring',
  'calling',
  'reading',
  'contended',
  'stalled',
  'waiting',
  'starting',
]);

export function activityName(activity: string): string {
  return KNOWN.has(activity) ? activity : 'starting';
}

export function activityColour(activity: string): string {
  return colour(`activity-${activityName(activity)}`);
}
