import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { appendJsonl } from '@orc/jsonl';
import type { Transition } from '@orc/queue';
import { errors } from '../errors.ts';
import type { Parts } from '../parts.ts';

const CURSOR = 'numbers.export-cursor';
const BATCH = 500;
const TAIL_BYTES = 65_536;
const TIMEOUT_MS = 10_000;
const ENDS: ReadonlySet<string> = new Set(['finished', 'failed']);

/** One piece of work that ended. `seq` is its place in the ledger: the same completion has the same one always. */
interface Completion {
  readonly seq: number;
  readonly id: string;
  readonly agent: string;
  readonly kind: string;
  readonly outcome: 'completed' | 'failed';
  readonly finishedAt: number;
  readonly durationMs: number | null;
}

/**
 * Hands every completion to a sink outside, once. The file itself says what it has, so a daemon killed after
 * writing and before noting it writes nothing twice. A receiver over HTTP may be asked twice after a crash
 * or a lost answer, with the same `Idempotency-Key`.
 */
export function createExport({
  queue,
  registry,
  config,
  clock,
}: Pick<Parts, 'queue' | 'registry' | 'config' | 'clock'>) {
  const { file, url } = config.numbers.export;
  let exported = 0;
  let lastAt: number | null = null;
  let cursor = Math.max(Number(registry.getValue(CURSOR) ?? 0), file === null ? 0 : lastSeqOf(file));

  const completionsOf = (transitions: readonly Transition[]): Completion[] =>
    transitions
      .filter(({ action }) => ENDS.has(action))
      .map(({ seq, messageId, recipient, kind, action, at }) => ({
        seq,
        id: messageId,
        agent: recipient,
        kind,
        outcome: action === 'finished' ? 'completed' : 'failed',
        finishedAt: at,
        durationMs: queue.find(messageId)?.durationMs ?? null,
      }));

  return {
    stats: () => ({ exported, lastAt, isOn: file !== null || url !== null }),
    async run(): Promise<void> {
      if (file === null && url === null) return;
      for (;;) {
        const transitions = queue.transitions({ after: cursor, limit: BATCH });
        const last = transitions.at(-1);
        const completions = completionsOf(transitions);
        if (url !== null && completions.length > 0) await post(url, completions);
        if (file !== null) for (const completion of completions) appendJsonl(file, completion);
        exported += completions.length;
        if (!last) break;
        cursor = last.seq;
        registry.setValue(CURSOR, cursor);
      }
      lastAt = clock.now();
    },
  };
}

export type Export = ReturnType<typeof createExport>;

/** @throws ORC_DAEMON_NOT_EXPORTED; the same completions are tried again next time */
async function post(url: string, completions: readonly Completion[]): Promise<void> {
  const key = `orc-${completions[0]?.seq ?? 0}-${completions.at(-1)?.seq ?? 0}`;
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(completions),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw errors.notExported(url, 'nobody answers', error);
  }
  if (!response.ok) throw errors.notExported(url, `it answers ${response.status}`, undefined);
}

/** The last completion that the file holds whole; a line that a crash cut off does not count. */
function lastSeqOf(path: string): number {
  if (!existsSync(path)) return 0;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const seqs = buffer
      .toString('utf8')
      .split('\n')
      .map((line) => /^\{"seq":(\d+),.*\}$/.exec(line)?.[1])
      .filter((seq) => seq !== undefined);
    return Number(seqs.at(-1) ?? 0);
  } finally {
    closeSync(file);
  }
}
