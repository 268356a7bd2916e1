import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRecord } from './json.ts';
import type { Fault, FaultKind } from './scenario.ts';

/** What has happened in this process so far, and what the model is being given. */
export interface Progress {
  readonly turns: number;
  readonly tools: number;
  readonly news: string;
  /** The hook event that is being answered. */
  readonly event?: string;
}

export interface UsageLimit {
  /** ms since 1970. */
  readonly resetsAt: number;
  readonly type: 'five_hour' | 'seven_day';
  readonly doesResume: boolean;
  readonly resumeDelayMs: number;
}

/**
 * Decides when a planned fault happens. What has happened is kept in a file per agent and written before the fault,
 * so that a restarted agent does not meet the same crash again.
 */
export interface Faults {
  /** The fault of this kind that is due now, and counts it as happened. */
  take(kind: FaultKind, progress?: Progress): Fault | undefined;
  /** As `take` for the faults that happen `count` times in a row: true for each of them. */
  takeCounted(kind: 'swallowEnter' | 'lostStop', progress?: Progress): boolean;
  /** A limit that was met and has not been reset, also by an earlier process. */
  findLimit(now: number): UsageLimit | undefined;
  setLimit(limit: UsageLimit): void;
}

interface Kept {
  readonly happened: Record<string, number>;
  limit?: UsageLimit;
}

const nothingYet: Progress = { turns: 0, tools: 0, news: '' };

export function openFaults(options: {
  readonly faults: readonly Fault[];
  /** `ORC_AGENT`, or empty. */
  readonly agent: string;
  readonly path: string;
}): Faults {
  const { path, agent } = options;
  const mine = options.faults.filter((fault) => isMeant(fault.agent, agent));
  const kept = readKept(path);
  const left = new Map<string, number>();
  const save = () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, JSON.stringify(kept), { mode: 0o600 });
  };
  const take: Faults['take'] = (kind, progress = nothingYet) => {
    const fault = mine.find((candidate) => {
      const { times = 1 } = candidate;
      const isLeft = times === 'always' || (kept.happened[keyOf(candidate)] ?? 0) < times;
      return candidate.kind === kind && isLeft && isDue(candidate, progress);
    });
    if (!fault) return undefined;
    const key = keyOf(fault);
    kept.happened[key] = (kept.happened[key] ?? 0) + 1;
    save();
    return fault;
  };
  return {
    take,
    takeCounted(kind, progress) {
      const remaining = left.get(kind) ?? take(kind, progress)?.count ?? 0;
      if (remaining > 0) left.set(kind, remaining - 1);
      return remaining > 0;
    },
    findLimit: (now) => (kept.limit && kept.limit.resetsAt > now ? kept.limit : undefined),
    setLimit(limit) {
      kept.limit = limit;
      save();
    },
  };
}

/** True for everybody's, for exactly this agent, and for every agent of this role. */
export function isMeant(meant: string | undefined, agent: string): boolean {
  return meant === undefined || meant === agent || meant === roleOf(agent);
}

/** `shop/developer-2` → `developer`. Without an agent id there is no role. */
export function roleOf(agent: string): string {
  return (agent.split('/')[1] ?? '').replace(/-\d+$/, '');
}

function isDue(fault: Fault, progress: Progress): boolean {
  const { afterTurns = 0, afterTools = 0, onMessage = '', event = progress.event } = fault;
  if (event !== progress.event) return false;
  return progress.turns >= afterTurns && progress.tools >= afterTools && progress.news.includes(onMessage);
}

function keyOf(fault: Fault): string {
  return createHash('sha256').update(JSON.stringify(fault)).digest('hex').slice(0, 16);
}

function readKept(path: string): Kept {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (isRecord(value) && isRecord(value['happened'])) return value as unknown as Kept;
  } catch {
    // The first start of this agent, or a file of nobody's making: nothing has happened yet.
  }
  return { happened: {} };
}
