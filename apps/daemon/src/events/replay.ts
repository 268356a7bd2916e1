import { createSink, replayEvents, type BusEvent, type Sink } from '@orc/event-bus';
import type { Parts } from '../parts.ts';
import { dataOf, type NoticePipeline } from './notice-pipeline.ts';

export interface ReplayInput {
  readonly since: number;
  readonly until?: number | undefined;
  readonly filter?: string | undefined;
  readonly speed?: number | undefined;
  readonly into: 'terminal' | 'notices' | 'ledger';
  readonly apply: boolean;
  readonly signal: AbortSignal;
  /** Tells whoever asked of one event and what became of it. */
  readonly say: (step: string, event: BusEvent) => void;
}

export interface ReplayResult {
  readonly into: string;
  readonly isDry: boolean;
  readonly events: number;
  readonly outcomes: Record<string, number>;
  readonly differences: string[];
}

/** Somebody into whom events can be played. Says in a word what became of each; `undefined` is no concern of it. */
interface Player {
  readonly isDry: boolean;
  play(event: BusEvent): string | undefined;
  /** What is to be said at the end. */
  differences(): string[];
}

/**
 * Plays a part of the log into a subscriber once more. Dry, unless told otherwise: it says what would be
 * done, and nobody is told, sent or changed anything.
 */
export async function replay(
  parts: Parts,
  pipeline: NoticePipeline,
  { into, apply, say, ...window }: ReplayInput,
): Promise<ReplayResult> {
  const player = createPlayer(parts, pipeline, into, apply);
  const outcomes: Record<string, number> = {};
  const events = await replayEvents({ directory: parts.layout.events, ...window }, (event) => {
    const outcome = player.play(event);
    if (outcome === undefined) return;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    say(outcome, event);
  });
  return { into, isDry: player.isDry, events, outcomes, differences: player.differences() };
}

function createPlayer(
  parts: Parts,
  pipeline: NoticePipeline,
  into: ReplayInput['into'],
  apply: boolean,
): Player {
  if (into === 'ledger') return createLedgerPlayer(parts);
  if (into === 'notices') return apply ? createTellingPlayer(parts, pipeline) : createNoticePlayer(parts);
  return { isDry: true, play: () => 'event', differences: () => [] };
}

/** Judges every notice of the time as the limits of today would, by the clock of then. */
function createNoticePlayer({ config }: Pick<Parts, 'config'>): Player {
  const sinks = new Map<string, Sink>();
  const clock = { at: 0, now: () => clock.at };
  let digests = 0;
  const sinkOf = (name: string): Sink => {
    const known = sinks.get(name);
    if (known) return known;
    const nowhere = { publish: ((type: string) => ({ type })) as never };
    const sink = createSink(nowhere, {
      name,
      config: config.notices,
      clock,
      keyOf: (event) => dataOf(event).key,
      deliver: () => undefined,
      deliverDigest: () => void (digests += 1),
    });
    sinks.set(name, sink);
    return sink;
  };
  return {
    isDry: true,
    play(event) {
      clock.at = Math.max(clock.at, event.at);
      for (const sink of sinks.values()) sink.flush();
      return event.type === 'notice.decided' ? sinkOf(dataOf(event).recipient).offer(event) : undefined;
    },
    differences: () => (digests === 0 ? [] : [`${digests} digests would have been sent`]),
  };
}

/** Tells what was decided and never told; everything that has an outcome is left alone. */
function createTellingPlayer({ queue }: Pick<Parts, 'queue'>, pipeline: NoticePipeline): Player {
  return {
    isDry: false,
    play(event) {
      if (event.type !== 'notice.decided' || event.severity === 'debug' || event.severity === 'notice')
        return undefined;
      if (queue.find(event.id) !== undefined) return 'known';
      pipeline.offer({ ...dataOf(event), id: event.id, severity: event.severity, project: event.project });
      return queue.find(event.id) === undefined ? 'gathered' : 'told';
    },
    differences: () => [],
  };
}

/** Builds the state of every message from the log alone, and compares it with the ledger. Changes nothing. */
function createLedgerPlayer({ queue }: Pick<Parts, 'queue'>): Player {
  const states = new Map<string, string>();
  return {
    isDry: true,
    play({ type, message, data }) {
      const { to } = (data ?? {}) as { readonly to?: unknown };
      if (!type.startsWith('message.') || message === undefined || typeof to !== 'string') return undefined;
      states.set(message, to);
      return to;
    },
    differences: () =>
      [...states].flatMap(([id, state]) => {
        const found = queue.find(id);
        // A message that ended long ago is pruned; the log still knows it.
        if (found === undefined || found.state === state) return [];
        return [`${id} is ${found.state} in the ledger and ${state} at the end of this part of the log`];
      }),
  };
}
