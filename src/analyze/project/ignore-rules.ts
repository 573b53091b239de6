/** One `.gitignore`: decides by the last rule that fits (https://git-scm.com/docs/gitignore). */
export type IgnoreRules = (relativePath: string, isFolder: boolean) => boolean | undefined;

type Rule = { readonly pattern: RegExp; readonly negated: boolean; readonly foldersOnly: boolean };

export function parseIgnoreRules(text: string): IgnoreRules {
  const rules = text.split(/\r?\n/).flatMap(parseRule);
  return (path, isFolder) => {
    let ignored: boolean | undefined;
    for (const rule of rules)
      if ((isFolder || !rule.foldersOnly) && rule.pattern.test(path)) ignored = !rule.negated;
    return ignored;
  };
}

function parseRule(line: string): Rule[] {
  let text = line.replace(/(?<!\\)\s+$/, '');
  if (text === '' || text.startsWith('#')) return [];
  const negated = text.startsWith('!');
  if (negated) text = text.slice(1);
  const foldersOnly = text.endsWith('/');
  text = text.replace(/\/+$/, '');
  const anchored = text.includes('/');
  const body = globToRegExp(text.replace(/^\//, ''));
  return [{ pattern: new RegExp(`^${anchored ? '' : '(?:.*/)?'}${body}$`), negated, foldersOnly }];
}

/** `*` stays in a folder, `**` crosses folders, `?` and `[a-z]` stand for one character. */
export function globToRegExp(glob: string): string {
  let pattern = '';
  for (let at = 0; at < glob.length; at += 1) {
    const rest = glob.slice(at);
    const set = /^\[(!?)([^\]/]+)\]/.exec(rest);
    if (rest.startsWith('**/')) {
      pattern += '(?:.*/)?';
      at += 2;
    } else if (rest.startsWith('**')) {
      pattern += '.*';
      at += 1;
    } else if (set !== null) {
      pattern += `[${set[1] === '!' ? '^' : ''}${set[2]!.replaceAll('\\', '\\\\')}]`;
      at += set[0].length - 1;
    } else if (glob[at] === '*') pattern += '[^/]*';
    else if (glob[at] === '?') pattern += '[^/]';
    else if (glob[at] === '\\' && at + 1 < glob.length)
      pattern += escapeCharacter(glob[(at += 1)]!);
    else pattern += escapeCharacter(glob[at]!);
  }
  return pattern;
}

function escapeCharacter(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}
