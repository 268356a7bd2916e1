import { resolve } from 'node:path';
import { isSet, stringOption, textOf, type Command, type Option } from '../command.ts';
import { projectOption } from '../project-flag.ts';
import { formatTable } from '../table.ts';

const refPositional = { name: 'ref', describe: 'A ref of "orc rescue list"' };

const worktreeList: Command = {
  path: 'worktree list',
  summary: 'List the worktrees with branch, commits ahead and unsaved files',
  options: { project: projectOption },
  examples: [['orc worktree list', 'every worktree of the project']],
  async run(args, { connect }) {
    const answer = await (
      await connect()
    ).call('worktrees', { query: { project: stringOption(args, 'project') } });
    const rows = answer.worktrees.map(({ agentId, branch, ahead, dirtyFiles, untrackedFiles, path }) => [
      agentId ?? '',
      branch ?? '(detached)',
      ahead === null ? 'missing' : String(ahead),
      String(dirtyFiles.length + untrackedFiles.length),
      path,
    ]);
    return { json: answer, text: formatTable([['AGENT', 'BRANCH', 'AHEAD', 'UNSAVED', 'PATH'], ...rows]) };
  },
};

function worktreeChange(
  action: 'repair' | 'clean',
  summary: string,
  options: Readonly<Record<string, Option>> = {},
): Command {
  return {
    path: `worktree ${action}`,
    summary,
    options: { project: projectOption, ...options },
    examples: [[`orc worktree ${action}`, summary.toLowerCase()]],
    async run(args, { connect }) {
      const answer = await (
        await connect()
      ).call('changeWorktrees', {
        params: { action },
        body: { project: stringOption(args, 'project'), force: isSet(args, 'force') },
      });
      return {
        json: answer,
        text: answer.did.length === 0 ? 'nothing had to be done' : answer.did.join('\n'),
      };
    },
  };
}

const rescueList: Command = {
  path: 'rescue list',
  summary: 'List the work that was kept before a restart, an end or a removal',
  options: { project: projectOption },
  examples: [['orc rescue list', 'each with agent, time and reason']],
  async run(args, { connect }) {
    const answer = await (
      await connect()
    ).call('rescues', { query: { project: stringOption(args, 'project') } });
    const rows = answer.rescues.map(({ agentId, at, reason, ref }) => [
      agentId,
      new Date(at).toLocaleString(),
      reason,
      ref,
    ]);
    const text =
      rows.length === 0 ? 'nothing was rescued' : formatTable([['AGENT', 'AT', 'WHY', 'REF'], ...rows]);
    return { json: answer, text };
  },
};

const rescueShow: Command = {
  path: 'rescue show',
  summary: 'Show what a rescue holds',
  positionals: [refPositional],
  options: { project: projectOption },
  examples: [['orc rescue show refs/orc/rescue/shop/developer/20260101T120000Z', 'files and diff']],
  async run(args, { connect }) {
    const answer = await (
      await connect()
    ).call('rescue', {
      body: { ref: textOf(args, 'ref'), project: stringOption(args, 'project') },
    });
    return { json: answer, text: `${answer.files.join('\n')}\n\n${answer.diff}` };
  },
};

const rescueRestore: Command = {
  path: 'rescue restore',
  summary: 'Put rescued work back into a worktree; differing files are not overwritten',
  positionals: [refPositional],
  options: {
    project: projectOption,
    into: { type: 'string', describe: 'Directory', defaultText: "the agent's worktree" },
    force: { type: 'boolean', describe: 'Overwrite differing files' },
  },
  examples: [['orc rescue restore refs/orc/rescue/shop/developer/20260101T120000Z', 'puts the files back']],
  async run(args, { connect, directory }) {
    const into = stringOption(args, 'into');
    const answer = await (
      await connect()
    ).call('restoreRescue', {
      body: {
        ref: textOf(args, 'ref'),
        project: stringOption(args, 'project'),
        // The daemon stands elsewhere, where a relative path is another one.
        into: into === undefined ? undefined : resolve(directory, into),
        force: isSet(args, 'force'),
      },
    });
    return { json: answer, text: `restored ${answer.files.length} files into ${answer.path}` };
  },
};

export const workCommands: readonly Command[] = [
  worktreeList,
  worktreeChange('repair', 'Put right what git says about worktrees that were moved or removed by hand'),
  worktreeChange('clean', 'Remove the worktrees of agents that do not run, rescuing first', {
    force: {
      type: 'boolean',
      describe:
        'Remove also what is locked, was not pushed or cannot be kept whole; never what a living process uses',
    },
  }),
  rescueList,
  rescueShow,
  rescueRestore,
];
