import { Option, type Command } from 'commander';
import { LimberError } from '#model/errors.ts';
import { RUNNABLE_KINDS, type RunnableKind } from '#model/execution.ts';
import type { Toleration } from '#model/pod-placement.ts';
import type { RunRequest } from '#model/request.ts';

export type PodValues = {
  readonly runtime?: RunnableKind;
  readonly image?: string;
  readonly runtimeClass?: string;
  readonly priorityClass?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly toleration?: readonly Toleration[];
  readonly retryLost?: boolean;
};

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;
const TOLERATION = /^([^=:]+)(?:=([^:]*))?(?::([A-Za-z]+))?$/;

export function runtimeOption(): Option {
  return new Option('--runtime <kind>', 'the kind of instance (default: process)')
    .choices(RUNNABLE_KINDS)
    .argParser(parseRuntime);
}

/** Which image a pod is made from, and where it may run. */
export function addPodOptions(command: Command): void {
  command
    .option('--image <name>', "the image (default: kubernetes.images, by the script's language)")
    .option('--runtime-class <name>', 'another container runtime, such as gvisor or kata')
    .option('--priority-class <name>', 'of the pod')
    .option('--retry-lost', 'run it once more when its node or its pod is gone')
    .addOption(
      new Option('--node-selector <key=value>', 'only nodes with this label; repeatable').argParser(
        addSelector,
      ),
    )
    .addOption(
      new Option(
        '--toleration <key[=value][:effect]>',
        'also nodes with this taint; repeatable',
      ).argParser((text, before: readonly Toleration[] | undefined) => [
        ...(before ?? []),
        parseToleration(text),
      ]),
    );
}

/** Undefined for the process runtime, of which none of this can be asked. */
export function placementFrom(values: PodValues): RunRequest['placement'] {
  const { runtime, image, runtimeClass, priorityClass, nodeSelector, toleration } = values;
  const placement = {
    ...(image !== undefined && { image }),
    ...(runtimeClass !== undefined && { runtimeClassName: runtimeClass }),
    ...(priorityClass !== undefined && { priorityClassName: priorityClass }),
    ...(nodeSelector && { nodeSelector }),
    ...(toleration && { tolerations: toleration }),
  };
  if (Object.keys(placement).length === 0) return undefined;
  if (runtime === 'kubernetes') return placement;
  throw new LimberError('usage-invalid', {
    problem: 'Options of pods are for --runtime kubernetes',
    hint: 'Add --runtime kubernetes, or leave --image and its like out.',
  });
}

function parseRuntime(text: string): RunnableKind {
  const kind = RUNNABLE_KINDS.find((known) => known === text);
  if (kind) return kind;
  throw new LimberError('usage-invalid', {
    problem: `--runtime: expected ${RUNNABLE_KINDS.join(', ')}, got "${text}"`,
    hint: 'Leave --runtime out, or say --runtime process.',
  });
}

function addSelector(text: string, before: Readonly<Record<string, string>> | undefined) {
  const [, key, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw unreadable('--node-selector', 'a label such as disk=ssd', text);
  return { ...before, [key]: value };
}

function parseToleration(text: string): Toleration {
  const [, key, value, named] = TOLERATION.exec(text) ?? [];
  const effect = EFFECTS.find((known) => known === named);
  if (key === undefined || (named !== undefined && !effect))
    throw unreadable('--toleration', `a taint such as gpu=yes:${EFFECTS[0]}`, text);
  return {
    key,
    ...(value === undefined
      ? { operator: 'Exists' as const }
      : { operator: 'Equal' as const, value }),
    ...(effect && { effect }),
  };
}

function unreadable(name: string, expected: string, got: string): LimberError {
  return new LimberError('quantity-invalid', { name, expected, got });
}
