import { z } from 'zod';
import { COMPLEXITY_CLASSES } from '#model/complexity.ts';
import { LANGUAGES } from '#model/execution.ts';
import { SCHEMA } from './document.ts';

const complexityClass = z.enum(COMPLEXITY_CLASSES);
const openClass = z.enum([...COMPLEXITY_CLASSES, 'unknown']);
const line = z.int().min(1);

const estimate = z.strictObject({
  low: z.number(),
  likely: z.number(),
  high: z.number(),
  reason: z.string(),
});

const liveQuantity = z.union([
  z.number(),
  z.strictObject({ name: z.string() }),
  z.strictObject({ length: z.string() }),
]);
const liveBound = z.union([
  z.strictObject({
    kind: z.enum(['range', 'while']),
    variable: z.string(),
    from: liveQuantity,
    to: liveQuantity,
    step: liveQuantity,
  }),
  z.strictObject({ kind: z.literal('each'), variable: z.string(), over: z.string() }),
]);

const loopProfile = z.strictObject({
  startLine: line,
  endLine: line,
  kind: z.enum(['for', 'each', 'while', 'do-while', 'forever', 'comprehension']),
  bound: z.strictObject({
    symbol: z.string(),
    words: z.string(),
    count: z.number().optional().describe('Rounds; absent when they depend on input.'),
  }),
  class: complexityClass
    .optional()
    .describe('Time of all its rounds, what is inside included, each time it is entered.'),
  depth: z.int().min(1),
  calls: z.array(z.string()),
  live: liveBound.optional().describe('How its progress can be read while it runs.'),
});

const recurrence = z.strictObject({
  terms: z.array(
    z.strictObject({ argument: z.string(), calls: z.int().min(1), inLoop: z.boolean() }),
  ),
  exclusive: z.boolean().describe('No path makes all the calls: the largest term counts.'),
  work: z.string(),
  memoised: z.boolean(),
  text: z.string(),
});

const functionProfile = z.strictObject({
  name: z.string(),
  startLine: line,
  endLine: line,
  cyclomatic: z.int().min(1),
  cognitive: z.int().min(0),
  loopDepth: z.int().min(0),
  recursion: z.enum(['none', 'tail', 'linear', 'branching', 'mutual']),
  recurrence: recurrence.optional(),
  loops: z.array(loopProfile),
  class: complexityClass,
  score: z.number().min(0).max(100),
  calls: z.array(z.string()),
});

const elsewhere = z
  .strictObject({ file: z.string(), line, loopLine: line.optional() })
  .describe('Where it is written in another file; `line` is what leads there.');

const externalCall = z.strictObject({
  kind: z.enum(['http', 'socket', 'dns', 'database', 'cloud', 'broker', 'subprocess']),
  callee: z.string(),
  line,
  loopDepth: z.int().min(0),
  loopLine: line.optional(),
  elsewhere: elsewhere.optional(),
  awaited: z.enum(['one-by-one', 'parallel']),
  hasTimeout: z.boolean(),
});

const dataStructure = z.strictObject({
  kind: z.string(),
  line,
  bytes: z.number().min(0).optional().describe('Evaluated size; absent when it depends on input.'),
  grows: z.boolean(),
  elsewhere: elsewhere.optional(),
});

const profile = {
  file: z.string().optional(),
  language: z.enum(LANGUAGES),
  cut: z
    .strictObject({ during: z.string(), deadlineMs: z.number() })
    .optional()
    .describe(
      'The deadline passed during this stage: what was found until then; bounds may be low.',
    ),
  coveredFraction: z.number().min(0).max(1),
  syntaxError: z.strictObject({ line, column: line }).optional(),
  score: z.number().min(0).max(100),
  class: openClass,
  spaceClass: openClass,
  derivation: z.array(z.string()),
  spaceDerivation: z.array(z.string()),
  loops: z.array(loopProfile),
  functions: z.array(functionProfile),
  externalCalls: z.array(externalCall),
  dataStructures: z.array(dataStructure),
  parallelism: z.array(z.string()),
  usesRandomness: z.boolean(),
  waits: z.boolean(),
  demand: z.strictObject({
    peakMemoryBytes: estimate,
    cpuCores: estimate,
    networkIntensity: estimate,
    idleShare: estimate,
  }),
};

/** What a profile says of a program as a whole. */
export const profileSummary = z.object(profile).pick({
  language: true,
  cut: true,
  coveredFraction: true,
  syntaxError: true,
  score: true,
  class: true,
  spaceClass: true,
  derivation: true,
  spaceDerivation: true,
  parallelism: true,
  usesRandomness: true,
  waits: true,
  demand: true,
});

/** Published as schemas/limber.analyze.v1.json. */
export const documentSchema = z.union([
  z.strictObject({ schema: z.literal(SCHEMA), ...profile }),
  z.strictObject({ schema: z.literal(SCHEMA), files: z.array(z.strictObject(profile)) }),
]);
