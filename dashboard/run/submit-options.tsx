import type { Signal } from '@preact/signals';
import type { NewExecution } from '#client/index.ts';
import { parseBytes, parseCpuCores } from '#model/quantities.ts';

/** As they were typed; empty: what the server takes by itself. */
export type SubmitOptions = {
  readonly policy: string;
  readonly priority: string;
  readonly maxCpu: string;
  readonly maxMemory: string;
  readonly network: string;
  readonly labels: string;
};

export const NO_OPTIONS: SubmitOptions = {
  policy: '',
  priority: '',
  maxCpu: '',
  maxMemory: '',
  network: 'none',
  labels: '',
};

type Fields = { readonly options: Signal<SubmitOptions> };

export function OptionsFields({ options }: Fields) {
  const field = (name: keyof SubmitOptions) => ({
    value: options.value[name],
    onInput: (event: { readonly currentTarget: { readonly value: string } }) =>
      void (options.value = { ...options.value, [name]: event.currentTarget.value }),
  });
  return (
    <div class="form">
      <label>
        Policy
        <input {...field('policy')} placeholder="predictive" />
      </label>
      <label>
        Priority
        <input {...field('priority')} type="number" min="0" max="100" placeholder="50" />
      </label>
      <label>
        At most, cores
        <input {...field('maxCpu')} placeholder="as the node has" />
      </label>
      <label>
        At most, memory
        <input {...field('maxMemory')} placeholder="512Mi" />
      </label>
      <label>
        Network
        <select {...field('network')}>
          <option value="none">None</option>
          <option value="egress">Outwards</option>
        </select>
      </label>
      <label>
        Labels
        <input {...field('labels')} placeholder="team=data, job=42" />
      </label>
    </div>
  );
}

/** Throws what is wrong with them, in the words of the command line. */
export function bodyOf(options: SubmitOptions): Partial<NewExecution> {
  const { policy, priority, maxCpu, maxMemory, network, labels } = options;
  const max = {
    ...(maxCpu !== '' && { cpuCores: parseCpuCores(maxCpu, 'At most, cores') }),
    ...(maxMemory !== '' && { memoryBytes: parseBytes(maxMemory, 'At most, memory') }),
  };
  const scaling = {
    ...(policy !== '' && { policy }),
    ...(priority !== '' && { priority: Number(priority) }),
    ...(Object.keys(max).length > 0 && { max }),
  };
  return {
    network: network === 'egress' ? 'egress' : 'none',
    ...(Object.keys(scaling).length > 0 && { scaling }),
    ...(labels.trim() !== '' && { labels: labelsOf(labels) }),
  };
}

function labelsOf(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.trim().split('='));
  return Object.fromEntries(pairs.map(([name = '', ...value]) => [name, value.join('=')]));
}
