import { z } from 'zod';
import { COMPLEXITY_CLASSES } from '#model/complexity.ts';
import type { ErrorCode } from '#model/errors.ts';
import { LANGUAGES, OUTCOMES } from '#model/execution.ts';
import { ACTIVITIES } from '#model/phase.ts';
import type { RunSummary } from '#model/summary.ts';

const amount = (text: string) => z.number().min(0).describe(text);
const count = (text: string) => z.int().min(0).describe(text);

const allocation = (text: string) =>
  z
    .object({
      cpuCores: amount('CPU, in cores.'),
      memoryBytes: amount('Memory, in bytes.'),
      ingressBitsPerSecond: amount('Network rate towards the program, in bits per second.'),
      egressBitsPerSecond: amount('Network rate from the program, in bits per second.'),
    })
    .describe(text);

/** Codes are added without a new version of the document: to readers it is a string. */
const errorCode = z
  .string()
  .describe(
    'Code of the catalogue of errors, for example tmp-full.',
  ) as unknown as z.ZodType<ErrorCode>;

const note = z
  .object({ code: errorCode, text: z.string().describe('The same in a sentence for people.') })
  .describe('Something to know that did not by itself decide the outcome.');

const reason = z
  .object({
    resource: z.enum(['cpu', 'memory', 'network']).describe('The resource that it speaks of.'),
    signal: z.string().describe('Dotted name of what was seen, for example cpu.throttled.'),
    value: z.number().describe('What was seen, in the unit of the signal.'),
    threshold: z.number().describe('What it was compared with, in the unit of the signal.'),
    factor: z.number().describe('What the change adds or multiplies.'),
    text: z.string().describe('The same in a sentence for people, with units.'),
  })
  .describe('One cause of a change.');

const decision = z
  .object({
    atSeconds: amount('When, in seconds after the start of the program.'),
    from: allocation('The allocation before.'),
    to: allocation('The allocation that was decided.'),
    state: z
      .enum(['applied', 'converging', 'refused', 'failed'])
      .describe('What became of it; converging only when the run ended first.'),
    reasons: z.array(reason).describe('Every cause of the change.'),
  })
  .describe('One change of allocation.');

const phase = z
  .object({
    place: z
      .string()
      .describe(
        'file:function:line of the code, or the command that ran where no probe told; empty where nothing did.',
      ),
    activity: z.enum(ACTIVITIES).describe('What the run did there.'),
    firstAtSeconds: amount('When it first was there, in seconds after the start.'),
    seconds: amount('How long it was there in all, in seconds.'),
    visits: count('How often it came there.'),
    coreSeconds: amount('CPU time used there, in core-seconds.'),
    peakMemoryBytes: amount('Highest working set there, in bytes.'),
    score: z.number().min(0).max(100).describe('Highest live complexity score there.'),
  })
  .describe('A phase: a place of the code and what the run did there, over all visits.');

const processTotal = z
  .object({
    name: z.string().describe('The command; empty for all after the first 64.'),
    processes: count('How many processes of that name were seen.'),
    coreSeconds: amount('CPU time that they were seen to use, in core-seconds.'),
    peakMemoryBytes: amount('Highest resident memory of one of them, in bytes.'),
  })
  .describe('What one command used, over all processes that had its name.');

const cpu = z
  .object({
    usedCoreSeconds: amount('CPU time used, in core-seconds.'),
    reservedCoreSeconds: amount('Integral of the CPU allocation over time, in core-seconds.'),
    throttledSeconds: amount('Time that tasks were held back by the quota, in seconds.'),
  })
  .describe('CPU of the whole run.');

const memory = z
  .object({
    peakBytes: amount('Highest memory in use, in bytes.'),
    peakWorkingSetBytes: amount(
      'Highest working set of all readings, in bytes: memory in use without what the kernel can take back.',
    ).exactOptional(),
    usedByteSeconds: amount('Integral of the memory in use over time, in byte-seconds.'),
    reservedByteSeconds: amount('Integral of the memory allocation over time, in byte-seconds.'),
    stalledSeconds: amount('Time that the program waited for more memory, in seconds.'),
  })
  .describe('Memory of the whole run.');

const network = z
  .object({
    receivedBytes: amount('Bytes that the program received.'),
    sentBytes: amount('Bytes that the program sent.'),
    reservedBitSeconds: amount(
      'Integral of both rates over time, in bits per second times seconds.',
    ),
  })
  .describe('Network of the whole run.');

const resizes = z
  .object({
    cpu: count('Changes of the CPU allocation.'),
    memory: count('Changes of the memory allocation.'),
    network: count('Changes of either network rate.'),
    rolledBack: count('Cuts that hurt and were taken back.'),
  })
  .describe('How often the allocation changed.');

const overhead = z
  .object({
    analyzeSeconds: amount('Time to read the code before the start, in seconds.'),
    launchSeconds: amount('Time from there to the start of the program, in seconds.'),
  })
  .describe('What Limber itself took.');

const complexity = z
  .object({
    score: z.number().min(0).max(100).describe('Complexity score, 0 to 100.'),
    class: z.enum([...COMPLEXITY_CLASSES, 'unknown']).describe('Worst-case growth of time.'),
  })
  .describe('What static analysis says of the code.');

/** The document of `limber run --summary`. One schema validates it and is published. */
export const summarySchema = z
  .object({
    schema: z.literal('limber.run/v1').describe('Name and version of this document.'),
    execution: z.string().describe('Id of the run.'),
    outcome: z.enum(OUTCOMES).describe('How the run ended.'),
    exitCode: z.int().describe('Exit code of limber run: that of the program, where it has one.'),
    signal: z.string().nullable().describe('Signal that ended the program, or null.'),
    wallSeconds: amount('Duration of the program, in seconds.'),
    policy: z
      .string()
      .describe(
        'Policy that decided about the allocation: predictive, threshold, static, unlimited, or a module.',
      ),
    runtime: z
      .enum(['process', 'microvm', 'kubernetes', 'simulated'])
      .describe('Kind of instance that it ran in.'),
    mode: z.enum(['enforce', 'observe']).describe('observe: watched, nothing was limited.'),
    cgroupVersion: z
      .union([z.literal(1), z.literal(2)])
      .nullable()
      .describe('Version of the control groups in use, or null without any.'),
    language: z.enum(LANGUAGES).describe('Language of the code.'),
    complexity,
    initial: allocation('The allocation at the start.'),
    cpu,
    memory,
    network,
    resizes,
    overhead,
    phases: z.array(phase).describe('What the run did where, in the order of its first visits.'),
    processes: z
      .array(processTotal)
      .describe('The commands that used most CPU, as looks from outside saw them; at most 8.'),
    notes: z.array(note).describe('What else there is to know.'),
    decisions: z.array(decision).describe('Every change of allocation, in order.'),
  })
  .describe('What one run used, what was reserved for it, and why.');

/** The published JSON Schema, draft 2020-12. Unknown properties are allowed: v1 may gain some. */
export function summaryJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(summarySchema, {
    target: 'draft-2020-12',
    io: 'input',
  });
  return { $schema, $id: 'urn:limber:schema:limber.run:v1', title: 'limber.run/v1', ...schema };
}

type Frozen<Value> = Value extends object
  ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
  : Value;
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Does not compile when the schema and the type that the other stages use differ. */
export const SCHEMA_IS_THE_TYPE: Same<
  Frozen<z.output<typeof summarySchema>>,
  Frozen<RunSummary>
> = true;
