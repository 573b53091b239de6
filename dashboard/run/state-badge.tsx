import type { ListedExecution } from '#client/index.ts';
import { stateOf } from './words.ts';

export function StateBadge({ of }: { readonly of: Pick<ListedExecution, 'state' | 'outcome'> }) {
  const { text, look } = stateOf(of);
  return <span class={`state ${look}`}>{text}</span>;
}

export function Labels({ labels }: { readonly labels: Readonly<Record<string, string>> }) {
  const entries = Object.entries(labels);
  if (entries.length === 0) return null;
  return (
    <span class="chips">
      {entries.map(([name, value]) => (
        <span class="chip" key={name}>
          {name}={value}
        </span>
      ))}
    </span>
  );
}
