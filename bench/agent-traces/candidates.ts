import type { Config } from '#config/schema.ts';
import { createPolicy } from '#decide/create-policy.ts';
import type { PolicyConfig } from '#decide/create-policy.ts';
import type { Policy } from '#decide/policy.ts';
import * as autopilot from '../rivals/autopilot.ts';
import * as captain from '../rivals/captain.ts';
import * as escra from '../rivals/escra.ts';
import * as opencomputer from '../rivals/opencomputer.ts';
import { clairvoyant, truePeak } from '../rivals/oracles.ts';
import * as senpai from '../rivals/senpai.ts';
import * as vpa from '../rivals/vpa.ts';
import * as window from '../rivals/window.ts';
import type { Candidate } from './types.ts';

const MIB = 2 ** 20;

/** Every policy with every setting that is tried; what a source fixes is not swept. */
export function candidatesOf(config: Config, latencyMs: number): readonly Candidate[] {
  return [
    ...predictives(config),
    threshold(config),
    {
      family: 'static',
      setting: '4.1 GB',
      policy: {
        name: 'static',
        create: () => createPolicy('static', config),
        initial: () => ({ memoryBytes: 4.1e9, cpuCores: 1 }),
      },
    },
    ...swept(
      config,
      'window',
      window.createPolicy,
      [10, 60].flatMap((windowSeconds) =>
        [1.05, 1.15, 1.3, 1.6].flatMap((factor) =>
          [0, 100].map((marginMB) => ({ windowSeconds, factor, marginMB })),
        ),
      ),
    ),
    ...swept(config, 'vpa', vpa.createPolicy, margins('margin', [0.05, 0.15, 0.3, 0.6, 1])),
    ...swept(
      config,
      'autopilot',
      autopilot.createPolicy,
      margins('margin', [0.05, 0.1, 0.15, 0.3, 0.6]),
    ),
    ...swept(config, 'captain', captain.createPolicy, margins('target', [0, 0.02, 0.06, 0.15])),
    ...swept(config, 'escra', escra.createPolicy, margins('marginMiB', [10, 25, 50, 100, 200])),
    ...swept(
      config,
      'senpai',
      senpai.createPolicy,
      margins('maxProbe', [0.002, 0.005, 0.01, 0.03, 0.1]),
    ),
    ...swept(
      config,
      'opencomputer',
      opencomputer.createPolicy,
      margins('upShare', [0.5, 0.75, 0.9]),
    ),
    { family: 'oracle: true peak', setting: '', policy: truePeak },
    { family: 'oracle: clairvoyant', setting: '', policy: clairvoyant(latencyMs) },
  ];
}

function predictives(config: Config): Candidate[] {
  const settings = [1, 2, 4, 8, 16, 32, 64].flatMap((headroomMiB) =>
    [1.02, 1.08].map((memoryMargin) => ({ headroomMiB, memoryMargin, cpuMargin: 1.1 })),
  );
  const cpu = [1.02, 1.05, 1.2].map((cpuMargin) => ({
    headroomMiB: 8,
    memoryMargin: 1.08,
    cpuMargin,
  }));
  return [...settings, ...cpu].map(({ headroomMiB, memoryMargin, cpuMargin }) => {
    const { predictive } = config;
    const own = {
      ...config,
      predictive: {
        ...predictive,
        memoryHeadroomBytes: headroomMiB * MIB,
        memoryMargin,
        cpuMargin,
      },
    };
    return {
      family: 'predictive',
      setting: `headroom ${headroomMiB} MiB, margin ${memoryMargin}, CPU ${cpuMargin}`,
      policy: { name: 'predictive', create: () => createPolicy('predictive', own) },
    };
  });
}

function threshold(config: Config): Candidate {
  const policy = { name: 'threshold', create: () => createPolicy('threshold', config) };
  return { family: 'threshold', setting: 'defaults', policy };
}

type Knobs = Readonly<Record<string, number>>;

function margins(name: string, values: readonly number[]): Knobs[] {
  return values.map((value) => ({ [name]: value }));
}

function swept(
  config: Config,
  family: string,
  create: (config: PolicyConfig) => Policy,
  knobs: readonly Knobs[],
): Candidate[] {
  return knobs.map((policySettings) => ({
    family,
    setting: Object.entries(policySettings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
    policy: { name: family, create: () => create({ ...config, policySettings }) },
  }));
}
