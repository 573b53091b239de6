export const AIMS = ['cost', 'balanced', 'speed'] as const;

/** What a stalled second is worth against a reserved one: little, as much as usual, or a lot. */
export type Aim = (typeof AIMS)[number];
