import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { LimberProblem, LimberUnreachable } from '#client/index.ts';

/** Text for the model, and the same as data for programs. */
export function answer(text: string, data: object): CallToolResult {
  return {
    content: [{ type: 'text', text }],
    structuredContent: data as Record<string, unknown>,
  };
}

/** What the server refuses is told to the model, which can do better; all else is a defect. */
export async function answered(work: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LimberProblem) && !(error instanceof LimberUnreachable)) throw error;
    const code = error instanceof LimberProblem ? error.code : 'unreachable';
    return { content: [{ type: 'text', text: `${code}: ${error.message}` }], isError: true };
  }
}
