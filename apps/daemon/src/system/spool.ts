import { existsSync, renameSync, rmSync } from 'node:fs';
import { answerHook, parseHookInput } from '@orc/claude-hooks';
import { readJsonl } from '@orc/jsonl';
import type { Agent } from '@orc/registry';
import type { Mailbox } from '../messaging/mailbox.ts';
import type { Parts } from '../parts.ts';
import type { Observer } from '../supervision/observe.ts';
import type { Job } from './ticker.ts';

/** As `orc-hook` writes it. */
interface Spooled {
  readonly at: number;
  readonly agent: string;
  readonly clientPid: string;
  readonly input: object;
}

type SpoolParts = Pick<Parts, 'layout' | 'registry' | 'log'>;

/** A hook that finds nobody may write its event after the daemon has begun to listen, and while it is too busy. */
export function spoolJob(
  parts: SpoolParts,
  observer: Pick<Observer, 'fromHook'>,
  mailbox: Pick<Mailbox, 'spill'>,
): Job {
  return { name: 'spool', everyMs: 1_000, run: () => void ingestSpool(parts, observer, mailbox) };
}

/**
 * Takes in what hooks saw while no daemon answered. The file is moved aside first: a hook that writes at
 * this moment begins a new one, and nothing is read twice or lost. One event that cannot be taken in is left
 * out, because the daemon must start all the same.
 */
export function ingestSpool(
  { layout, registry, log }: SpoolParts,
  observer: Pick<Observer, 'fromHook'>,
  { spill }: Pick<Mailbox, 'spill'>,
): number {
  const takeIn = (agent: Agent, { at, clientPid, input }: Spooled): void => {
    const { facts } = answerHook({
      input: parseHookInput(JSON.stringify(input)),
      mailbox: [],
      context: { at, clientPid: Number(clientPid) || null, stopDrains: 0, spill },
    });
    observer.fromHook(agent, facts);
  };

  const taken = `${layout.hookSpool}.taken`;
  if (!existsSync(taken)) {
    if (!existsSync(layout.hookSpool)) return 0;
    renameSync(layout.hookSpool, taken);
  }
  let count = 0;
  for (const line of readJsonl(taken)) {
    if (!line.ok || !isSpooled(line.value)) {
      log.warn({ line: line.line }, 'a line of the hook spool is damaged');
      continue;
    }
    const agent = registry.findAgent(line.value.agent);
    if (!agent) continue;
    try {
      takeIn(agent, line.value);
      count += 1;
    } catch (error) {
      log.warn({ err: error, agent: agent.id }, 'an event of the hook spool was left out');
    }
  }
  rmSync(taken);
  return count;
}

function isSpooled(value: unknown): value is Spooled {
  if (typeof value !== 'object' || value === null) return false;
  const { at, agent, input } = value as Partial<Spooled>;
  return typeof at === 'number' && typeof agent === 'string' && typeof input === 'object';
}
