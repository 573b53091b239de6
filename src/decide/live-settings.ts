import { describeIssues } from '#config/describe-issues.ts';
import { merge } from '#config/merge.ts';
import { configSchema, type Config } from '#config/schema.ts';
import { LimberError } from '#model/errors.ts';
import type { PolicyConfig } from './create-policy.ts';
import { optimize } from './optimize.ts';

/** What of the configuration may change while a run goes on. */
const CHANGEABLE = [
  'optimize',
  'predictive',
  'thresholds',
  'factors',
  'thresholdPeriodMs',
  'policySettings',
] as const;

type Changeable = Pick<Config, (typeof CHANGEABLE)[number]>;

/**
 * The settings of one run's policy. The object `policy` and its parts stay the same objects for as
 * long as the run goes on; `change` writes into them, and whoever holds them sees it.
 */
export class LiveSettings {
  readonly policy: PolicyConfig;
  #written: Changeable;

  constructor(config: Config) {
    this.#written = pick(config);
    this.policy = structuredClone(effective(this.#written));
  }

  /**
   * `predictive.cpuMargin=1.3`, `optimize=speed`, `optimize.memory=cost`: all of them or none.
   * Throws `settings-invalid` with what was expected and what was got.
   */
  change(changes: Readonly<Record<string, string>>): void {
    if (Object.keys(changes).length === 0) return;
    const wanted = Object.entries(changes).reduce(
      (document, [key, text]) => merge(document, documentOf(key, text)),
      this.#written as Readonly<Record<string, unknown>>,
    );
    const result = configSchema.safeParse(wanted, { reportInput: true });
    if (!result.success) throw invalid(describeIssues(result.error.issues));
    this.#written = pick(result.data);
    const next = structuredClone(effective(this.#written));
    Object.assign(this.policy.predictive, next.predictive);
    Object.assign(this.policy.thresholds, next.thresholds);
    Object.assign(this.policy.factors, next.factors);
    Object.assign(this.policy.policySettings, next.policySettings);
    this.policy.thresholdPeriodMs = next.thresholdPeriodMs;
  }
}

function pick(config: Config): Changeable {
  const { optimize, predictive, thresholds, factors, thresholdPeriodMs, policySettings } = config;
  return { optimize, predictive, thresholds, factors, thresholdPeriodMs, policySettings };
}

function effective(written: Changeable): PolicyConfig {
  return { ...written, predictive: optimize(written.predictive, written.optimize) };
}

/** `a.b` and `1` become `{ a: { b: 1 } }`. */
function documentOf(key: string, text: string): Readonly<Record<string, unknown>> {
  const [first, ...rest] = key.split('.');
  if (!CHANGEABLE.some((known) => known === first))
    throw invalid(`unknown key ${key}; these can be changed: ${CHANGEABLE.join(', ')}`);
  const path = [first!, ...rest];
  return path.reduceRight<unknown>((value, name) => ({ [name]: value }), valueOf(text)) as Record<
    string,
    unknown
  >;
}

/** Numbers and switches as what they are; quantities such as 300ms are read by the schema. */
function valueOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function invalid(problem: string): LimberError {
  return new LimberError('settings-invalid', { problem });
}
