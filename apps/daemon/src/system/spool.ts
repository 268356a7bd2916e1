import { lstatSync, renameSync, rmSync } from 'node:fs';
import { answerHook, parseHookInput } from '@orc/claude-hooks';
import { isErrno } from '@orc/errors';
import { readJsonl } from '@orc/jsonl';
import { isDatabaseError } from '@orc/sqlite';
import type { Evidence } from '../messaging/evidence.ts';
import { beginsAnew, type HookDesk } from '../messaging/hooks.ts';
import type { Mailbox } from '../messaging/mailbox.ts';
import type { Parts } from '../parts.ts';
import type { Observer } from '../supervision/observe.ts';
import { createBeginnings } from './beginnings.ts';
import type { Job } from './ticker.ts';
import { writePrivate } from './write-private.ts';

/** As `orc-hook` writes it. */
interface Spooled {
  readonly at: number;
  readonly agent: string;
  readonly clientPid: string;
  readonly input: object;
}

type SpoolParts = Pick<Parts, 'layout' | 'registry' | 'log' | 'clock'>;

interface SpoolDeps {
  readonly observer: Pick<Observer, 'fromHook'>;
  readonly mailbox: Pick<Mailbox, 'spill'>;
  readonly evidence: Pick<Evidence, 'follow' | 'poll' | 'isBehind'>;
  readonly desk: Pick<HookDesk, 'begunAnew'>;
}

export interface Spool {
  /**
   * Takes in what hooks saw while no daemon answered, and returns how many events that were. An event that
   * cannot be taken in is left out.
   *
   * @throws what the database or the disk says; the next look takes in what is left
   */
  takeIn(): number;
  /** A hook that finds nobody may write its event after the daemon has begun to listen, and while it is too busy. */
  readonly job: Job;
}

/**
 * What hooks leave for the daemon. The file is moved aside first: a hook that writes at this moment begins a
 * new one, and nothing is lost. One that had opened the old one writes into both, so an event may come twice, which
 * does no harm.
 */
export function createSpool(parts: SpoolParts, { observer, mailbox, evidence, desk }: SpoolDeps): Spool {
  const { registry, log } = parts;
  const beginnings = createBeginnings(parts, { evidence, desk });

  const takeInOne = (event: Spooled): boolean => {
    const agent = registry.findAgent(event.agent);
    if (!agent) return false;
    const { at, clientPid } = event;
    const input = parseHookInput(JSON.stringify(event.input));
    if (beginsAnew(input)) {
      const { transcriptPath } = agent;
      // How its last conversation ended may be unread yet, and from here on another one is followed.
      if (transcriptPath !== null) evidence.follow(agent.id, transcriptPath);
      beginnings.keep({ agent: agent.id, at, input: event.input, transcriptBefore: transcriptPath });
    }
    const { facts } = answerHook({
      input,
      mailbox: [],
      context: { at, clientPid: Number(clientPid) || null, stopDrains: 0, spill: mailbox.spill },
    });
    observer.fromHook(agent, facts);
    return true;
  };

  const takeInAll = (path: string): number => {
    let count = 0;
    const events = readEvents(parts, path);
    for (const event of events) {
      try {
        if (takeInOne(event)) count += 1;
      } catch (error) {
        if (isDatabaseError(error)) {
          writeEvents(path, [event, ...events]);
          throw error;
        }
        // It would fail for ever, and all that comes after it would wait.
        log.warn({ err: error, agent: event.agent }, 'an event of the hook spool was left out');
      }
    }
    rmSync(path, { force: true });
    return count;
  };

  const takeIn = (): number => {
    const path = findSpool(parts);
    const count = path === undefined ? 0 : takeInAll(path);
    beginnings.makeUp();
    return count;
  };
  return { takeIn, job: { name: 'spool', everyMs: 1_000, run: () => void takeIn() } };
}

/** The file that is to be read, out of the hooks' way. What an earlier look has left comes first. */
function findSpool(parts: SpoolParts): string | undefined {
  const { hookSpool } = parts.layout;
  const taken = `${hookSpool}.taken`;
  if (isFile(parts, taken)) return taken;
  if (!isFile(parts, hookSpool)) return undefined;
  renameSync(hookSpool, taken);
  return taken;
}

/** To open a pipe would stop the daemon, and what cannot be read would be met again at each look. */
function isFile(parts: SpoolParts, path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat && !stat.isFile()) moveAside(parts, path, new Error('it is no regular file'));
  return stat?.isFile() ?? false;
}

function moveAside({ log, clock }: SpoolParts, path: string, error: unknown): void {
  const aside = `${path}.${clock.now()}`;
  renameSync(path, aside);
  log.error({ err: error, path, aside }, 'a hook spool that cannot be read was moved aside');
}

function* readEvents(parts: SpoolParts, path: string): Generator<Spooled> {
  try {
    for (const line of readJsonl(path))
      if (line.ok && isSpooled(line.value)) yield line.value;
      else parts.log.warn({ line: line.line }, 'a line of the hook spool is damaged');
  } catch (error) {
    // That is a matter of the moment, and says nothing of the file.
    if (isErrno(error, 'EMFILE') || isErrno(error, 'ENFILE')) throw error;
    moveAside(parts, path, error);
  }
}

/** In the place of what the file held. Whenever this ends, one of the two is there whole. */
function writeEvents(path: string, events: readonly Spooled[]): void {
  writePrivate(path, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

function isSpooled(value: unknown): value is Spooled {
  if (typeof value !== 'object' || value === null) return false;
  const { at, agent, input } = value as Partial<Spooled>;
  return typeof at === 'number' && typeof agent === 'string' && typeof input === 'object';
}
