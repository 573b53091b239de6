import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseTraces } from '#simulate/traces/parse-trace.ts';
import type { Trace } from '#simulate/traces/trace.ts';

const PATH = resolve(import.meta.dirname, '../../../shared/data/agent-traces.jsonl');

/** Containers in which an AI agent worked on a task (AgentCgroup, arXiv 2602.09345); undefined when absent. */
export function readAgentTraces(): readonly Trace[] | undefined {
  return existsSync(PATH) ? parseTraces(PATH, readFileSync(PATH, 'utf8')) : undefined;
}

/** Attempts at one task resemble each other: they must not lie in two folds. */
export function taskOf({ id }: Pick<Trace, 'id'>): string {
  return id.split('/')[1] ?? id;
}
