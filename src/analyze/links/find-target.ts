import type { Language } from '#model/execution.ts';
import { byEnd, inFolder, inGoPackage, onlyOne } from './by-name.ts';
import { pythonPaths, scriptPaths } from './module-paths.ts';
import type { Project, Target } from './project.ts';
import { modulePath, throughModules } from './through-modules.ts';

/** The function that a name stands for in a file, when it is one of another file of the project. */
export function findTarget(name: string, from: string, project: Project): Target | undefined {
  switch (project.get(from)?.language) {
    case 'python':
      return throughModules(name, { from, project, pathsOf: pythonPaths });
    case 'javascript':
    case 'typescript':
      return throughModules(name, { from, project, pathsOf: scriptPaths });
    case 'go':
      return name.includes('/') ? inGoPackage(name, from, project) : inFolder(name, from, project);
    case 'java':
    case 'csharp':
    case 'c':
    case 'cpp':
      return inFolder(name, from, project) ?? onlyOne(name, from, project);
    case 'rust':
    case 'ruby':
    case 'php':
    case 'shell':
      return byEnd(name, from, project);
    default:
      return undefined;
  }
}

/** The file that a module's name stands for, where names of modules are names of files. */
export function findModule(
  name: string,
  from: string,
  given: { readonly language: Language; readonly isFile: (path: string) => boolean },
): string | undefined {
  const { language, isFile } = given;
  if (language === 'python') return modulePath(name, { from, pathsOf: pythonPaths, isFile });
  if (language === 'javascript' || language === 'typescript')
    return modulePath(name, { from, pathsOf: scriptPaths, isFile });
  return undefined;
}
