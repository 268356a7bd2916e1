import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, sep } from 'node:path';
import { agentIdOf, operator, parseTarget } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { Parts } from '../parts.ts';

export interface Targets {
  /** The ledger's name of whom a caller means. @throws ORC_DAEMON_UNKNOWN_AGENT, ORC_DAEMON_WHICH_PROJECT */
  resolve(text: string, caller: Caller, project?: string): Promise<string>;
  /**
   * The project a caller means: its own, the one of that name or at that absolute path, or the only one. No agent reaches another's project.
   * @throws ORC_DAEMON_FORBIDDEN, ORC_DAEMON_UNKNOWN_PROJECT, ORC_DAEMON_WHICH_PROJECT
   */
  projectOf(caller: Caller, name?: string): string;
  agent(id: string): Agent;
}

/** @throws ORC_DAEMON_FORBIDDEN */
function own(project: string, caller: Caller): void {
  if (caller.type === 'agent' && project !== caller.project)
    throw errors.forbidden('reach into another project');
}

/** The project whose directory, or one of whose worktrees, holds this path. */
function atPath(registry: Pick<Parts['registry'], 'listProjects' | 'listAgents'>, path: string) {
  const real = existsSync(path) ? realpathSync(path) : path;
  const holds = (directory: string) => real === directory || real.startsWith(`${directory}${sep}`);
  const projects = registry.listProjects().filter((project) => holds(project.path));
  // A repository inside of another one is meant before the outer one.
  const [inner] = projects.sort((a, b) => b.path.length - a.path.length);
  if (inner) return inner.slug;
  return registry.listAgents().find(({ worktreePath }) => worktreePath !== null && holds(worktreePath))
    ?.project;
}

/** Finds whom a caller means by a role, an agent id, or what tmux shows. */
export function createTargets({ registry, panes }: Pick<Parts, 'registry' | 'panes'>): Targets {
  const projectOf = (caller: Caller, name?: string): string => {
    const known = registry.listProjects().map(({ slug }) => slug);
    if (name !== undefined) {
      const slug = isAbsolute(name) ? atPath(registry, name) : name;
      if (slug === undefined || !known.includes(slug)) throw errors.unknownProject(name, known);
      own(slug, caller);
      return slug;
    }
    if (caller.type === 'agent') return caller.project;
    const active = registry.listProjects().filter(({ status }) => status !== 'stopped');
    const [only, ...others] = active.length > 0 ? active : registry.listProjects();
    if (!only || others.length > 0) throw errors.whichProject(known);
    return only.slug;
  };

  const agent = (id: string): Agent => {
    const found = registry.findAgent(id);
    if (!found)
      throw errors.unknownAgent(
        id,
        registry.listAgents().map((each) => each.id),
      );
    return found;
  };

  const atAddress = async (
    session: string,
    window: string,
    pane: number | null,
    caller: Caller,
  ): Promise<Agent> => {
    // A role name stands for a session in many habits: "developer:0" means the developer.
    const asRole = registry
      .listAgents()
      .filter(
        (each) => each.role === session && (caller.type === 'operator' || each.project === caller.project),
      );
    if (asRole.length === 1 && asRole[0]) return asRole[0];
    const all = await panes();
    const found = all.find(
      (each) =>
        each.sessionName === session &&
        (String(each.windowIndex) === window || each.windowName === window) &&
        (pane === null || each.paneIndex === pane),
    );
    const owner = found && registry.listAgents().find((each) => each.paneId === found.paneId);
    if (!owner)
      throw errors.unknownAgent(
        `${session}:${window}`,
        registry.listAgents().map((each) => each.id),
      );
    return owner;
  };

  const find = async (text: string, caller: Caller, project: string | undefined): Promise<string> => {
    const target = parseTarget(text);
    if (target.type === 'operator') return operator;
    if (target.type === 'agent') return agent(target.id).id;
    if (target.type === 'address')
      return (await atAddress(target.session, target.window, target.pane, caller)).id;
    return agent(agentIdOf(projectOf(caller, project), target.role)).id;
  };

  return {
    projectOf,
    agent,
    async resolve(text, caller, project) {
      const found = await find(text, caller, project);
      if (found !== operator) own(agent(found).project, caller);
      return found;
    },
  };
}
