/** What the run does now, as far as its usage tells. */
export const ACTIVITIES = [
  'starting',
  'computing',
  'allocating',
  'transferring',
  'waiting',
  'stalled',
] as const;

export type Activity = (typeof ACTIVITIES)[number];
