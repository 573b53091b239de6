import type { ComplexityClass } from '#model/complexity.ts';

/** n^poly · (log n)^log, or beyond every polynomial. */
export type Growth = { readonly poly: number; readonly log: number; readonly exponential: boolean };

export const CONSTANT: Growth = { poly: 0, log: 0, exponential: false };
export const LOG: Growth = { poly: 0, log: 1, exponential: false };
export const LINEAR: Growth = { poly: 1, log: 0, exponential: false };
export const N_LOG_N: Growth = { poly: 1, log: 1, exponential: false };
export const QUADRATIC: Growth = { poly: 2, log: 0, exponential: false };
export const EXPONENTIAL: Growth = { poly: 0, log: 0, exponential: true };

export function times(a: Growth, b: Growth): Growth {
  if (a === CONSTANT) return b;
  if (b === CONSTANT) return a;
  return { poly: a.poly + b.poly, log: a.log + b.log, exponential: a.exponential || b.exponential };
}

export function isLarger(a: Growth, b: Growth): boolean {
  if (a.exponential !== b.exponential) return a.exponential;
  return a.poly === b.poly ? a.log > b.log : a.poly > b.poly;
}

export function larger(a: Growth, b: Growth): Growth {
  return isLarger(b, a) ? b : a;
}

/** log(n^k · …) is log n; the logarithm of something exponential is n. */
export function logOf(a: Growth): Growth {
  if (a.exponential) return LINEAR;
  return a.poly > 0 ? LOG : CONSTANT;
}

export function rootOf(a: Growth): Growth {
  return { poly: a.poly / 2, log: a.log / 2, exponential: a.exponential };
}

/** The nearest of the seven classes, rounding up: √n counts as linear, n⁴ as cubic. */
export function classOf({ poly, log, exponential }: Growth): ComplexityClass {
  if (exponential) return 'exponential';
  if (poly === 0) return log > 0 ? 'logn' : 'constant';
  if (poly <= 1) return poly === 1 && log > 0 ? 'nlogn' : 'linear';
  if (poly <= 2) return 'quadratic';
  return 'cubic';
}

const BY_CLASS: Readonly<Record<ComplexityClass, Growth>> = {
  constant: CONSTANT,
  logn: LOG,
  linear: LINEAR,
  nlogn: N_LOG_N,
  quadratic: QUADRATIC,
  cubic: { poly: 3, log: 0, exponential: false },
  exponential: EXPONENTIAL,
};

export function growthOf(name: ComplexityClass): Growth {
  return BY_CLASS[name];
}

/** `n² log n`, `√n`, `2ⁿ`, `1`. */
export function describeGrowth({ poly, log, exponential }: Growth): string {
  if (exponential) return '2ⁿ';
  const power =
    poly === 0
      ? ''
      : poly === 0.5
        ? '√n'
        : poly === 1
          ? 'n'
          : poly === 2
            ? 'n²'
            : poly === 3
              ? 'n³'
              : `n^${poly}`;
  const logs = log === 0 ? '' : log === 1 ? 'log n' : `(log n)^${log}`;
  return [power, logs].filter((part) => part !== '').join(' ') || '1';
}
