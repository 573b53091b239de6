import { calleeName } from '#analyze/features/callee.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';

const EXIT = /^((sys|os|System|process|Environment)\.)?_?(exit|quit|Exit|die|abort)$/;

/** A branch whose last statement ends the program: no loop around it comes to it twice. */
export function leavesAtEnd({ slot, parent, children }: SyntaxNode): boolean {
  if (slot !== 'consequence' || parent?.role !== 'if') return false;
  const last = children.at(-1);
  return last?.role === 'call' && EXIT.test(calleeName(last, new Map()));
}
