import { statfsSync } from 'node:fs';
import { describeError, isOrcError } from '@orc/errors';
import { run } from '@orc/process';
import type { ChannelTable } from '../channels/table.ts';
import type { Parts } from '../parts.ts';
import type { OrphanWatch } from '../supervision/orphans.ts';

export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed' | 'fixed';
  readonly text: string;
  readonly remedy: string | null;
}

const FREE_BYTES_MIN = 500 * 1024 * 1024;

/** Looks at everything that orc stands on. Each check says what was found and, if it is bad, what to do. */
export async function runChecks(
  parts: Parts,
  {
    fix,
    channels,
    orphans,
  }: { readonly fix: boolean; readonly channels: () => ChannelTable; readonly orphans: OrphanWatch },
): Promise<Check[]> {
  const checks: [name: string, check: () => Promise<Omit<Check, 'name'>> | Omit<Check, 'name'>][] = [
    ['node', () => good(`Node ${process.versions.node}`)],
    ['git', () => programCheck('git', ['--version'], 'Install git 2.38 or newer.')],
    ['tmux', async () => good(`tmux ${(await parts.tmux()).version} on ${parts.layout.tmuxSocket}`)],
    ['database', () => databaseCheck(parts)],
    ['disk', () => diskCheck(parts)],
    ['claude', () => runtimeCheck(parts, 'claude')],
    ['sim', () => runtimeCheck(parts, 'sim')],
    ['channels', () => channelCheck(channels())],
    ['ledger', () => ledgerCheck(parts, fix)],
    ['worktrees', () => worktreeCheck(parts, fix)],
    ['orphans', () => orphanCheck(parts, orphans)],
  ];
  const results: Check[] = [];
  for (const [name, check] of checks) {
    try {
      results.push({ name, ...(await check()) });
    } catch (error) {
      results.push({
        name,
        status: 'failed',
        text: describeError(error),
        remedy: isOrcError(error) ? null : 'See the daemon log.',
      });
    }
  }
  return results;
}

function good(text: string): Omit<Check, 'name'> {
  return { status: 'ok', text, remedy: null };
}

async function programCheck(program: string, args: string[], remedy: string): Promise<Omit<Check, 'name'>> {
  const { exitCode, stdout } = await run(program, args, { cwd: '/', timeoutMs: 10_000 });
  return exitCode === 0 ? good(stdout.trim()) : { status: 'failed', text: `${program} does not run`, remedy };
}

function databaseCheck({ queue, layout }: Parts): Omit<Check, 'name'> {
  const problems = queue.integrity();
  return problems.length === 0
    ? good(`${layout.database} is whole`)
    : {
        status: 'failed',
        text: problems.slice(0, 5).join('; '),
        remedy: `Stop the daemon and put back a file of ${layout.backups}.`,
      };
}

function diskCheck({ layout }: Parts): Omit<Check, 'name'> {
  const { bavail, bsize } = statfsSync(layout.home);
  const free = bavail * bsize;
  const text = `${Math.round(free / 1024 / 1024)} MiB free`;
  return free > FREE_BYTES_MIN
    ? good(text)
    : { status: 'warning', text, remedy: 'Free some space: messages are refused when the disk is full.' };
}

async function runtimeCheck({ runtimes, config }: Parts, name: string): Promise<Omit<Check, 'name'>> {
  const detection = await runtimes.find(name).detect();
  if (detection.isInstalled) return good(`${name} ${detection.version}`);
  const isWanted = config.agents.runtime === name;
  return { status: isWanted ? 'failed' : 'warning', text: detection.error.message, remedy: null };
}

function channelCheck({ clients }: ChannelTable): Omit<Check, 'name'> {
  const shown = clients.map(({ runtime, version, channels }) => {
    const used = channels.filter(({ verdict }) => verdict !== 'untested');
    const words = used.map(({ channel, verdict }) => `${channel} ${verdict}`).join(', ');
    return `${runtime} ${version}: ${words || 'nothing tested yet'}`;
  });
  const isBroken = clients.some(({ channels }) => channels.some(({ verdict }) => verdict === 'broken'));
  const text = shown.length === 0 ? 'no agent has run yet' : shown.join('; ');
  return isBroken
    ? { status: 'warning', text, remedy: 'Mail takes the other channels. Test anew with "orc hooks probe".' }
    : good(text);
}

function ledgerCheck({ queue }: Parts, fix: boolean): Omit<Check, 'name'> {
  const { byState, total } = queue.counts();
  const { dead } = byState;
  const text = `${total} messages, ${dead} dead`;
  if (fix) queue.sweep();
  return dead === 0
    ? good(text)
    : { status: 'warning', text, remedy: 'See why with "orc msg list --state dead".' };
}

async function orphanCheck({ config }: Parts, orphans: OrphanWatch): Promise<Omit<Check, 'name'>> {
  const found = await orphans.find();
  if (found.length === 0) return good('no agent has left a process behind');
  const shown = found
    .slice(0, 5)
    .map(({ pid, agent, command }) => `${pid} of ${agent}: ${command.slice(0, 80)}`);
  const remedy =
    config.supervision.orphans.action === 'end'
      ? 'They are ended by themselves within seconds.'
      : 'End them, or set supervision.orphans.action to "end".';
  return { status: 'warning', text: `${found.length} left behind: ${shown.join('; ')}`, remedy };
}

async function worktreeCheck({ registry, worktrees }: Parts, fix: boolean): Promise<Omit<Check, 'name'>> {
  const active = registry.listProjects().filter(({ status }) => status === 'active');
  const missing: string[] = [];
  for (const project of active) {
    for (const worktree of await worktrees.list(project.path))
      if (worktree.isMissing) missing.push(worktree.path);
    if (fix) await worktrees.repair({ repository: project.path, project: project.slug });
  }
  if (missing.length === 0) return good(`${active.length} active projects, no worktree is missing`);
  return fix
    ? { status: 'fixed', text: `repaired ${missing.join(', ')}`, remedy: null }
    : { status: 'warning', text: `missing: ${missing.join(', ')}`, remedy: 'Run "orc doctor --fix".' };
}
