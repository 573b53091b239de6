import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const SHOWN_ISSUES = 3;

/** `limits.maxProcesses: expected int, got "many"`, the first three joined. */
export function describeIssues(issues: readonly Issue[]): string {
  const shown = issues.slice(0, SHOWN_ISSUES).map(describeIssue);
  const others = issues.length - shown.length;
  return shown.join('; ') + (others > 0 ? `; and ${others} more` : '');
}

function describeIssue(issue: Issue): string {
  const key = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return `unknown key ${issue.keys.map((name) => (key ? `${key}.${name}` : name)).join(', ')}`;
  // What our own quantity parsers say names expected and got already.
  if (issue.code === 'custom') return `${key}: ${issue.message.replace(/\.$/, '')}`;
  const got = JSON.stringify(issue.input) ?? 'nothing';
  return `${key}: expected ${expectedOf(issue)}, got ${got}`;
}

function expectedOf(issue: Issue): string {
  if (issue.code === 'invalid_type') return issue.expected;
  if (issue.code === 'invalid_value') return `one of ${issue.values.join(', ')}`;
  if (issue.code === 'too_small')
    return `a number ${issue.inclusive === true ? 'of at least' : 'above'} ${issue.minimum}`;
  if (issue.code === 'too_big')
    return `a number ${issue.inclusive === true ? 'of at most' : 'below'} ${issue.maximum}`;
  if (issue.code === 'invalid_union') return 'a quantity such as 2, 500m, 512Mi or 10s, above zero';
  return issue.message;
}
