import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '@orc/errors';
import type { Parts } from '../parts.ts';
import type { Governor } from './governor.ts';

/** The name under which other tools look for it. */
const FILE = 'credit_schedule.json';

/**
 * Keeps the file that other tools read next to each client's configuration: what is known of limits, who
 * waits, and until when. It is replaced whole, only when it changes, and never read by orc.
 */
export function createScheduleFile(
  {
    registry,
    runtimes,
    log,
    config,
    clock,
  }: Pick<Parts, 'registry' | 'runtimes' | 'log' | 'config' | 'clock'>,
  governor: Governor,
): () => void {
  const written = new Map<string, string>();
  return () => {
    if (!config.credits.scheduleFile) return;
    const agents = registry.listAgents().filter(({ desired }) => desired !== 'ended');
    for (const runtime of new Set(agents.map((agent) => agent.runtime))) {
      const { configDirectory } = runtimes.find(runtime);
      const own = agents.filter((agent) => agent.runtime === runtime);
      const document = describe(
        governor,
        own.map((agent) => [agent.id, governor.accountOf(agent)] as const),
        clock.now(),
      );
      const text = JSON.stringify(document);
      // A client that was never started here has no place for it, and one that was never limited no need.
      if (document === undefined || written.get(configDirectory) === text || !existsSync(configDirectory))
        continue;
      const path = join(configDirectory, FILE);
      try {
        const dated = { ...document, updated_at: new Date(clock.now()).toISOString() };
        writeFileSync(`${path}.orc`, `${JSON.stringify(dated, null, 2)}\n`, { mode: 0o600 });
        renameSync(`${path}.orc`, path);
        written.set(configDirectory, text);
      } catch (error) {
        log.warn({ path, problem: describeError(error) }, 'the schedule of limits could not be written');
      }
    }
  };
}

function describe(
  governor: Governor,
  agents: readonly (readonly [id: string, account: string])[],
  now: number,
) {
  const { history, readings, episodes } = governor.state();
  const accounts = new Set(agents.map(([, account]) => account));
  const isOwn = ({ account }: { account: string }) => accounts.has(account);
  const past = history.filter(isOwn);
  const known = [...accounts].flatMap((account) => Object.values(readings[account] ?? {}));
  if (past.length === 0 && known.length === 0 && !episodes.some(isOwn)) return undefined;
  const holds = governor.holds();
  const iso = (at: number | null | undefined) => (at == null ? null : new Date(at).toISOString());
  const next = [...holds.values()]
    .filter(isOwn)
    // A limit that still holds after the end that was said has no next one.
    .flatMap(({ endsAt, isEstimate }) => (endsAt === null || endsAt <= now ? [] : [{ endsAt, isEstimate }]));
  const [soonest] = next.sort((one, other) => one.endsAt - other.endsAt);
  const ahead = known.flatMap(({ resetsAt }) => (resetsAt !== null && resetsAt > now ? [resetsAt] : []));
  return {
    version: 1,
    last_reset: iso(past.at(-1)?.resetsAt),
    next_reset: iso(soonest?.endsAt ?? (ahead.length === 0 ? null : Math.min(...ahead))),
    next_reset_is_estimate: soonest?.isEstimate ?? false,
    windows: known.map(({ window, usedPercent, resetsAt, source, at }) => ({
      ...{ window, used_percent: usedPercent, resets_at: iso(resetsAt), source, seen_at: iso(at) },
    })),
    agents: Object.fromEntries(
      agents.map(([id]) => {
        const hold = holds.get(id);
        const waiting = hold && {
          since: iso(hold.since),
          resets_at: iso(hold.endsAt),
          is_estimate: hold.isEstimate,
          resumes_at: iso(hold.resumesAt),
        };
        return [id, { status: hold ? 'exhausted' : 'available', ...waiting }];
      }),
    ),
    history: past.slice(-20).map(({ windows, startedAt, resetsAt, isEstimate, endedAt }) => ({
      ...{
        windows,
        limited_at: iso(startedAt),
        reset_at: iso(resetsAt),
        is_estimate: isEstimate,
        resumed_at: iso(endedAt),
      },
    })),
  };
}
