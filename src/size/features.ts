import { COMPLEXITY_CLASSES, type ComplexityProfile } from '#model/complexity.ts';
import type { Language } from '#model/execution.ts';
import { LANGUAGES } from '#model/execution.ts';

const MIB = 2 ** 20;
/** Programs in different languages are never neighbours: the square root of 2 · 2² is far beyond 1.5. */
const LANGUAGE_APART = 2;
const TERABYTE_MIB = 2 ** 20;

/**
 * A program as a point, so that the most similar ones that ran before can be found. Each axis is
 * scaled so that 1 is a notable difference; the distance of two points is Euclidean.
 *
 * | axis                                   | 1 is                                    |
 * | language                               | the same; others are out of reach       |
 * | expected peak, likely and high         | four times, and sixteen times as much   |
 * | cores that it keeps busy, likely       | four times as many                      |
 * | share of time that it waits            | a half                                  |
 * | use of the network                     | a half                                  |
 * | classes of time and space              | three classes, such as linear and cubic |
 * | score                                  | 50 points                               |
 * | growing structures, parallelism, external calls, subprocesses | yes and no (0.5) |
 *
 * Undefined where the code was not read: an unknown program resembles nothing.
 */
export function featuresOf(profile: ComplexityProfile): readonly number[] | undefined {
  if (profile.coveredFraction === 0 || profile.class === 'unknown') return undefined;
  const { demand, externalCalls, dataStructures, parallelism } = profile;
  const { peakMemoryBytes: peak } = demand;
  return [
    ...LANGUAGES.map((language) => (isLike(language, profile.language) ? LANGUAGE_APART : 0)),
    log2Mib(peak.likely) / 2,
    log2Mib(peak.high) / 4,
    Math.log2(1 + demand.cpuCores.likely) / 2,
    demand.idleShare.likely * 2,
    demand.networkIntensity.likely * 2,
    classIndex(profile.class) / 3,
    classIndex(profile.spaceClass) / 3,
    profile.score / 50,
    flag(dataStructures.some(({ grows }) => grows)),
    flag(parallelism.length > 0),
    flag(externalCalls.some(({ kind }) => kind !== 'subprocess')),
    flag(externalCalls.some(({ kind }) => kind === 'subprocess')),
  ];
}

/** Both run on V8, in the same way. */
function isLike(one: Language, other: Language): boolean {
  return one === (other === 'typescript' ? 'javascript' : other);
}

function log2Mib(bytes: number): number {
  return Math.log2(1 + Math.min(TERABYTE_MIB, Math.max(0, bytes) / MIB));
}

function classIndex(name: ComplexityProfile['class']): number {
  return name === 'unknown' ? 0 : COMPLEXITY_CLASSES.indexOf(name);
}

function flag(isSet: boolean): number {
  return isSet ? 0.5 : 0;
}
