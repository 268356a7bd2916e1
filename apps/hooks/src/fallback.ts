import { answerHook, createBodyFiles, findChannel, parseHookInput } from '@orc/claude-hooks';
import { layoutOf } from '@orc/contracts';
import { openQueue } from '@orc/queue';

export interface FallbackOptions {
  readonly path: string;
  readonly home: string;
  readonly agent: string;
  readonly clientPid: number | null;
  /** The event as the client gave it. */
  readonly stdin: string;
  /** When the hook has to be over, in ms since 1970. */
  readonly deadlineAt: number;
  /** False when nobody reads any more; then nothing was delivered. */
  readonly print: (text: string) => boolean;
  readonly log: (what: string, details: object) => void;
}

/** More fit into no answer, even if each is a word. */
const MESSAGES_MAX = 20;
/**
 * Nobody reads transcripts while there is no daemon. With the ordinary patience each message would be
 * delivered again and again until it counts as dead, although the agent has it.
 */
const EVIDENCE_MS = 3_600_000;
/** A continued turn is not continued again: how often it was already is known to the daemon only. */
const STOP_DRAINS_UNKNOWN = 3;

/**
 * Delivers mail straight from the ledger; returns the ids of what was printed. Ended in the middle, it leaves
 * leases that run out: a message may come twice then, under the same id, and is never lost.
 *
 * @throws an error with a code when the database is locked, damaged or of a newer orc; nothing was printed then
 */
export function deliverFromDatabase(options: FallbackOptions): readonly string[] {
  const { agent, print } = options;
  const input = parseHookInput(options.stdin);
  if (input.event === 'invalid' || input.event === 'unknown') return [];
  const stopDrains = input.event === 'Stop' && input.isContinuation ? STOP_DRAINS_UNKNOWN : 0;
  if (findChannel(input, { stopDrains }) === undefined) return [];
  // Lease, give back and inject can each have to wait for another process's lock.
  const busyTimeoutMs = Math.max(50, Math.floor((options.deadlineAt - Date.now()) / 5));
  using queue = openQueue({ path: options.path, busyTimeoutMs, evidenceMs: EVIDENCE_MS });
  const bodies = createBodyFiles(layoutOf(options.home).mail, (error, { id }) =>
    options.log('a long body could not be written into its file', { message: id, problem: String(error) }),
  );
  const worker = `orc-hook:${process.pid}`;
  const mailbox = queue.lease(agent, { worker, limit: MESSAGES_MAX });
  const ids = mailbox.map(({ id }) => id);
  try {
    const answer = answerHook({
      input,
      mailbox,
      context: {
        at: Date.now(),
        clientPid: options.clientPid,
        stopDrains,
        spill: bodies.spill,
      },
    });
    const { delivered, channel } = answer;
    if (channel === null || !print(answer.print)) return giveBack([]);
    queue.inject(delivered, { worker, channel });
    return giveBack(delivered);
  } catch (error) {
    giveBack([]);
    throw error;
  }

  function giveBack(delivered: readonly string[]): readonly string[] {
    const rest = ids.filter((id) => !delivered.includes(id));
    if (rest.length > 0) queue.release(rest, { worker, reason: 'not delivered by this hook' });
    return delivered;
  }
}
