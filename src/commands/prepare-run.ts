import { randomBytes } from 'node:crypto';
import { languageOf } from '#analyze/language-of.ts';
import { unknownProfile } from '#analyze/unknown-profile.ts';
import type { Config } from '#config/schema.ts';
import { LiveSettings } from '#decide/live-settings.ts';
import { nameInside, planLaunch } from '#launch/launch-spec.ts';
import { shownProbes } from '#launch/shown-probes.ts';
import { note } from '#loop/notes.ts';
import type { PreparedRun } from '#loop/run-execution.ts';
import { mapAllocation, type Allocation } from '#model/allocation.ts';
import { cpuWeightOf } from '#arbitrate/cpu-weight.ts';
import { claimantOf, clampAllocation, type Constraints } from '#model/constraints.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import { scriptOf, type Note, type Submission } from '#model/execution.ts';
import { lately } from '#model/lately.ts';
import { resizesAtOnce } from '#model/instance.ts';
import type { LaunchSpec } from '#model/launch.ts';
import type { RunRequest } from '#model/request.ts';
import { EXECUTION_ID_RANDOM_BYTES, executionId } from '#record/execution-id.ts';
import type { Shaped } from '#runtimes/types.ts';
import { featuresOf } from '#size/features.ts';
import { interpreterBytesOf } from '#size/interpreter-bytes.ts';
import { sizeFirstAllocation } from '#size/size.ts';
import { accept } from '#submit/accept.ts';
import { openPolicy } from './open-policy.ts';
import { burstRoomFor, withRest } from './rooms.ts';
import { machineOf } from './machine-of.ts';
import { placementOf } from './placement.ts';
import { knownInput } from './known-input.ts';
import { PROBES_FOLDER, type Engine, type Environment } from './engine.ts';

const UNLIMITED = mapAllocation(() => Number.POSITIVE_INFINITY);
/** The probes change when Limber is upgraded. */
const PROBES_KNOWN_MS = 1_000;
const latestProbes = lately(PROBES_KNOWN_MS, (runtime) => shownProbes(PROBES_FOLDER, runtime));
/** What a run is launched with beside what was asked for. */
export type LaunchSettings = Partial<Pick<LaunchSpec, 'id' | 'stdin' | 'kept'>> & {
  /** Of whoever starts it: its PATH and its tools count. */
  readonly env: Environment;
  /** Over the configuration, as `limber set` has them: `predictive.cpuMargin` is `1.3`. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** submit → analyze → size, up to everything that the launch needs. Starts nothing. */
export async function prepareRun(
  engine: Engine,
  request: RunRequest,
  launch: LaunchSettings,
): Promise<PreparedRun> {
  const { config, capacity } = engine;
  const accepted = await accept(request, {
    config,
    capacity,
    languageOf,
    normalizedTokens: engine.reader.tokensOf,
  });
  const shaped = await shapedFor(accepted, engine);
  const bounded = withBoundedRates(inItsPlace(accepted, request, engine), shaped);
  const submission = withRest(bounded, request, engine);
  const { profile, analyzeSeconds } = await analyzeSubmission(submission, engine);
  const size = sizeRun(engine, submission, profile);
  const settings = new LiveSettings(withAims(config, request));
  if (launch.settings) settings.change(launch.settings);
  const id = launch.id ?? newExecutionId();
  const planned = planLaunch({
    id,
    submission,
    initial: enforcedAtFirst(submission, size.allocation),
    caller: { env: launch.env, runtimeFolder: engine.paths.runtime, nodePath: process.execPath },
    ...(submission.probe === 'auto' && { probe: await probeFor(submission, profile, engine) }),
    hiddenFolders: [engine.paths.home, engine.paths.runtime],
    stdin: launch.stdin ?? 'inherit',
  });
  const { kept } = launch;
  const spec = {
    ...planned,
    maxMemoryBytes: maximumOf(submission, planned),
    burstRoomBytes: burstRoomFor(submission, engine),
    ...(kept && { kept }),
    cpuWeight: cpuWeightOf(claimantOf(submission.constraints)),
  };
  return {
    id,
    submission,
    profile,
    places: size.places,
    knownInput: knownInput(submission, profile),
    spec,
    initial: submission.policy === 'unlimited' ? UNLIMITED : size.allocation,
    policy: await openPolicy(submission, settings.policy),
    settings,
    initialReasons: size.reasons,
    ceiling: withRates(capacity, shaped),
    analyzeSeconds,
    notes: syntaxNotes(submission, profile),
  };
}

function inItsPlace(
  submission: Submission,
  request: RunRequest,
  { runtime, config }: Engine,
): Submission {
  if (runtime.kind === 'microvm') return { ...submission, machine: machineOf(submission, config) };
  if (runtime.kind !== 'kubernetes') return submission;
  return { ...submission, pod: placementOf(submission, request, config) };
}

/** A resource that the request does not name keeps the aim of the configuration. */
function withAims(config: Config, { optimize }: RunRequest): Config {
  if (optimize === undefined) return config;
  const aims =
    typeof optimize === 'string'
      ? { cpu: optimize, memory: optimize, network: optimize }
      : { ...config.optimize, ...optimize };
  return { ...config, optimize: aims };
}

export function newExecutionId(): string {
  return executionId(Date.now(), randomBytes(EXECUTION_ID_RANDOM_BYTES));
}

/** The probes, and what they should follow in this program. */
async function probeFor(submission: Submission, profile: ComplexityProfile, { paths }: Engine) {
  const isHere = (submission.pod ?? submission.machine) === undefined;
  const folder = isHere ? latestProbes(paths.runtime) : PROBES_FOLDER;
  const script = scriptOf(submission);
  if (script === undefined) return { folder, files: {} };
  const { livePlan } = await import('#analyze/live-plan.ts');
  const plan = livePlan(profile, nameInside(script.path, submission));
  return { folder, files: { 'plan.json': plan } };
}

/** Whoever only watches holds nothing back below the bounds that the user set. */
function enforcedAtFirst({ policy, constraints }: Submission, sized: Allocation): Allocation {
  if (policy === 'unlimited') return UNLIMITED;
  return constraints.mode === 'observe' ? constraints.max : sized;
}

/** A size that the user names beats every estimate, within the user's own bounds. */
function sizeRun(engine: Engine, submission: Submission, profile: ComplexityProfile) {
  const { fingerprint, normalizedFingerprint, constraints, initial, language } = submission;
  const history = engine.config.beliefs.history
    ? engine.store.historyOf({
        fingerprint,
        normalizedFingerprint,
        ...featuresIn(profile),
        nowMs: Date.now(),
      })
    : undefined;
  const sized = sizeFirstAllocation({
    profile,
    history,
    base: withRates(engine.config.base, shapedIn(constraints)),
    constraints,
    interpreterBytes: interpreterBytesOf(language),
    burstRoomBytes: burstRoomFor(submission, engine),
    resizesAtOnce: resizesAtOnce(engine.runtime.enforcement),
  });
  const allocation = clampAllocation({ ...sized.allocation, ...initial }, constraints);
  return { allocation, reasons: sized.reasons, places: history?.places ?? [] };
}

export function featuresIn(profile: ComplexityProfile): { readonly features?: readonly number[] } {
  const features = featuresOf(profile);
  return features === undefined ? {} : { features };
}

async function analyzeSubmission(
  submission: Submission,
  { reader, config }: Engine,
): Promise<{ profile: ComplexityProfile; analyzeSeconds: number }> {
  const startedMs = performance.now();
  const { beliefs, complexity } = config;
  const { language } = submission;
  const file = scriptOf(submission)?.path;
  if (file === undefined || !beliefs.code) {
    const reason = beliefs.code ? `${language} is run but not read` : 'analysis is switched off';
    return { profile: unknownProfile({ language, reason }), analyzeSeconds: 0 };
  }
  const { weights } = complexity;
  const profile = await reader.profileOfProgram({ path: file, language, weights });
  return { profile, analyzeSeconds: (performance.now() - startedMs) / 1000 };
}

/** Without limits there is none; a size that never changes is its own maximum. */
function maximumOf({ policy }: Submission, { initial, maxMemoryBytes }: LaunchSpec): number {
  if (policy === 'unlimited') return Number.POSITIVE_INFINITY;
  return policy === 'static' ? initial.memoryBytes : maxMemoryBytes;
}

/** Rates of an instance that has no network, or that nobody limits, are nothing, not a reservation. */
function withBoundedRates(submission: Submission, shaped: Shaped): Submission {
  const { constraints } = submission;
  return {
    ...submission,
    constraints: {
      ...constraints,
      min: withRates(constraints.min, shaped),
      max: withRates(constraints.max, shaped),
    },
  };
}

async function shapedFor({ network }: Submission, { runtime }: Engine): Promise<Shaped> {
  const has = network.kind === 'egress' || network.hostPorts.length > 0;
  if (!has) return { ingress: false, egress: false };
  return (await runtime.shapes?.()) ?? { ingress: true, egress: true };
}

function shapedIn({ max }: Constraints): Shaped {
  return { ingress: max.ingressBitsPerSecond > 0, egress: max.egressBitsPerSecond > 0 };
}

function withRates(allocation: Allocation, { ingress, egress }: Shaped): Allocation {
  return {
    ...allocation,
    ...(!ingress && { ingressBitsPerSecond: 0 }),
    ...(!egress && { egressBitsPerSecond: 0 }),
  };
}

function syntaxNotes(submission: Submission, profile: ComplexityProfile): Note[] {
  const { syntaxError } = profile;
  const { language } = submission;
  const path = scriptOf(submission)?.path;
  if (!syntaxError || path === undefined) return [];
  return [note('syntax-error', { path, language, ...syntaxError })];
}
