import { operator, type NumbersView } from '@orc/contracts';
import type { Message } from '@orc/queue';
import type { Parts } from '../parts.ts';

const SLOWEST = 10;

/** The numbers of the ledger, exact, of everybody or of one agent. */
export function readNumbers(
  { queue, clock }: Pick<Parts, 'queue' | 'clock'>,
  { prefix, agent }: { readonly prefix: string; readonly agent?: string | undefined },
): NumbersView {
  const stats = queue.stats(agent ?? prefix);
  const agents = stats.recipients
    .filter(({ recipient }) => recipient !== operator && (agent === undefined || recipient === agent))
    .map(({ recipient, depthByLevel, depth, oldestAt, isParked, completed, failed, averageMs, p95Ms }) => ({
      ...{ agent: recipient, depth, depthByLevel: { ...depthByLevel }, oldestAt, isParked },
      ...{ completed, failed, averageMs, p95Ms },
    }));
  const sum = (pick: (each: (typeof agents)[number]) => number) =>
    agents.reduce((total, each) => total + pick(each), 0);
  return {
    at: clock.now(),
    depth: sum(({ depth }) => depth),
    depthByLevel: {
      high: sum(({ depthByLevel }) => depthByLevel.high),
      normal: sum(({ depthByLevel }) => depthByLevel.normal),
      low: sum(({ depthByLevel }) => depthByLevel.low),
    },
    duration: stats.duration,
    latency: stats.latency,
    agents,
    slowest: queue
      .slowest(100)
      .filter(({ recipient }) => recipient.startsWith(prefix) && (agent ?? recipient) === recipient)
      .slice(0, SLOWEST)
      .map(slowView),
  };
}

function slowView({ id, recipient, kind, durationMs, finishedAt, body }: Message) {
  const [title = ''] = body.split('\n').filter((line) => line.trim() !== '');
  return { id, agent: recipient, kind, durationMs: durationMs ?? 0, finishedAt, title: title.slice(0, 80) };
}
