import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { isErrno } from '@orc/errors';
import { errors } from './errors.ts';

/** Where the worktrees of agents lie: `<directory>/<project>/worktrees/<role>`. */
export interface Places {
  pathOf(project: string, role: string): Promise<string>;
  /** The directory of all worktrees of a project. */
  directoryOf(project: string): Promise<string>;
  /** Whose worktree this path is; `undefined` for any other path. */
  find(path: string): Promise<{ readonly project: string; readonly role: string } | undefined>;
}

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/;

/** A project or role becomes a directory and a part of a branch, so it may not lead anywhere else. */
export function checkName(what: 'project' | 'role', name: string): string {
  if (!NAME.test(name) || name.includes('..')) throw errors.badName(what, name);
  return name;
}

export function createPlaces(directory: string): Places {
  const directoryOf = async (project: string) =>
    join(await resolveLinks(directory), checkName('project', project), 'worktrees');
  return {
    directoryOf,
    pathOf: async (project, role) => join(await directoryOf(project), checkName('role', role)),
    async find(path) {
      const parts = relative(await resolveLinks(directory), await resolveLinks(path)).split(sep);
      const [project, middle, role] = parts;
      if (parts.length !== 3 || middle !== 'worktrees') return undefined;
      if (project === undefined || role === undefined || !NAME.test(project) || !NAME.test(role))
        return undefined;
      return { project, role };
    },
  };
}

/** Git registers paths without symbolic links, so only such paths can be compared; the end may not exist. */
export async function resolveLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isErrno(error, 'ENOENT') || dirname(path) === path) throw error;
    return join(await resolveLinks(dirname(path)), basename(path));
  }
}
