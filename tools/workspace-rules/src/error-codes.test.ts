import { describe, expect, it } from 'vitest';
import { isTest, projects, readText } from './workspace.ts';

/** A code is permanent, so its first words are given once, here, and belong to one project only. */
const prefixes: Readonly<Record<string, string>> = {
  '@orc/agent-runtime': 'ORC_RUNTIME',
  '@orc/bootstrap': 'ORC_BOOTSTRAP',
  '@orc/briefing': 'ORC_BRIEFING',
  '@orc/claude-hooks': 'ORC_CLAUDE_HOOKS',
  '@orc/cli': 'ORC_CLI',
  '@orc/compliance-rules': 'ORC_RULES',
  '@orc/contracts': 'ORC_CONTRACTS',
  '@orc/cost-ledger': 'ORC_COST',
  '@orc/credit-monitor': 'ORC_CREDITS',
  '@orc/daemon': 'ORC_DAEMON',
  '@orc/drill': 'ORC_DRILL',
  '@orc/event-bus': 'ORC_EVENT_BUS',
  '@orc/git-hooks': 'ORC_GITHOOKS',
  '@orc/git-monitor': 'ORC_GIT',
  '@orc/jsonl': 'ORC_JSONL',
  '@orc/process': 'ORC_PROCESS',
  '@orc/pubsub': 'ORC_PUBSUB',
  '@orc/queue': 'ORC_QUEUE',
  '@orc/registry': 'ORC_REGISTRY',
  '@orc/routing': 'ORC_ROUTING',
  '@orc/sim-agent': 'ORC_SIM_AGENT',
  '@orc/sqlite': 'ORC_SQLITE',
  '@orc/supervisor': 'ORC_SUPERVISOR',
  '@orc/scheduler': 'ORC_SCHEDULER',
  '@orc/alerts': 'ORC_ALERTS',
  '@orc/task-board': 'ORC_TASKS',
  '@orc/team-planner': 'ORC_PLANNER',
  '@orc/tmux-driver': 'ORC_TMUX',
  '@orc/worktree-manager': 'ORC_WORKTREE',
};

const definition = /new (?:OrcError|Failure)\(\s*['"`](ORC_[A-Z0-9_]*)['"`]/g;

interface Code {
  readonly code: string;
  readonly project: (typeof projects)[number];
  readonly file: string;
}

const codes: readonly Code[] = projects.flatMap((project) =>
  project.files
    .filter((file) => /\.(ts|mjs|cjs)$/.test(file) && !isTest(file))
    .flatMap((file) =>
      [...readText(`${project.path}/${file}`).matchAll(definition)].map(([, code = '']) => ({
        code,
        project,
        file,
      })),
    ),
);

const textOf = (project: Code['project'], wanted: (file: string) => boolean) =>
  project.files
    .filter(wanted)
    .map((file) => readText(`${project.path}/${file}`))
    .join('\n');

const mentions = (text: string, code: string) => new RegExp(`\\b${code}\\b`).test(text);

describe('error codes', () => {
  it('are found at all', () => {
    expect(codes.length).toBeGreaterThan(20);
  });

  it('mean one thing each: no code is made in two places', () => {
    const twice = codes.filter((entry) => codes.filter((other) => other.code === entry.code).length > 1);
    expect(twice.map(({ code, project, file }) => `${code} in ${project.path}/${file}`)).toEqual([]);
  });

  it('read ORC_<PROJECT>_<WHAT>, with the words that belong to the project', () => {
    const wrong = codes.filter(({ code, project }) => {
      const prefix = prefixes[project.name];
      return prefix === undefined || !new RegExp(`^${prefix}_[A-Z0-9]+(_[A-Z0-9]+)*$`).test(code);
    });
    expect(
      wrong.map(
        ({ code, project }) =>
          `${code} in ${project.path}: expected ${prefixes[project.name] ?? 'a prefix in this table'}_…`,
      ),
    ).toEqual([]);
  });

  it('have first words that no other project has', () => {
    const all = Object.values(prefixes);
    expect(
      all.filter((one) => all.some((other) => other !== one && `${other}_`.startsWith(`${one}_`))),
    ).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
  });

  it('are made in one file of a package, where they can be read in one go', () => {
    const elsewhere = codes.filter(
      ({ project, file }) => project.group === 'packages' && !/(^|\/)errors\.ts$/.test(file),
    );
    expect(elsewhere.map(({ code, project, file }) => `${code} in ${project.path}/${file}`)).toEqual([]);
  });

  it('stand in the README of their project', () => {
    const missing = codes.filter(
      ({ code, project }) =>
        !mentions(
          textOf(project, (file) => file === 'README.md'),
          code,
        ),
    );
    expect(missing.map(({ code, project }) => `${code} is not in ${project.path}/README.md`)).toEqual([]);
  });

  it('are not in a README when nothing makes them any more', () => {
    const stale = projects.flatMap((project) => {
      const prefix = prefixes[project.name];
      if (prefix === undefined) return [];
      const found = textOf(project, (file) => file === 'README.md').match(
        new RegExp(`\\b${prefix}_[A-Z0-9_]+\\b`, 'g'),
      );
      return (found ?? [])
        .filter((code) => !codes.some((entry) => entry.code === code))
        .map((code) => `${code} in ${project.path}/README.md`);
    });
    expect(stale).toEqual([]);
  });

  it('are each provoked by a test of their project', () => {
    const untested = codes.filter(({ code, project }) => !mentions(textOf(project, isTest), code));
    expect(untested.map(({ code, project }) => `${code} stands in no test of ${project.path}`)).toEqual([]);
  });
});
