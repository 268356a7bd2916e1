import { createHash } from 'node:crypto';
import type { AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import { findDeadlocks, type Deadlock } from '@orc/supervisor';
import { noticeId, type Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';

interface Deps {
  readonly notices: Notices;
  readonly stateOf: (agent: Agent) => AgentState;
}

/**
 * Looks for agents that all wait for each other's replies, and tells each of them, and the hub, once: whoever
 * owes the oldest reply is to begin. A reply that is asked for like that counts as reminded, so that it
 * becomes the hub's business when it stays away for another period.
 */
export function createDeadlockWatch(
  { registry, queue, bus, clock, config }: Pick<Parts, 'registry' | 'queue' | 'bus' | 'clock' | 'config'>,
  { notices, stateOf }: Deps,
): () => void {
  const idleAgents = (): Map<string, number> => {
    const idle = new Map<string, number>();
    for (const agent of registry.listAgents()) {
      if (agent.desired !== 'running') continue;
      const { state, since } = stateOf(agent);
      if (state === 'idle' && since !== null) idle.set(agent.id, since);
    }
    return idle;
  };

  const release = (deadlock: Deadlock): void => {
    const key = keyOf(deadlock);
    const [first] = deadlock.debts;
    const project = first && registry.findAgent(first.debtor)?.project;
    if (first === undefined || project === undefined) return;
    const circle = deadlock.debts
      .map(({ debtor, creditor, messageId }) => `${debtor} owes ${creditor} a reply to ${messageId}`)
      .join('; ');
    const tell = (recipient: string, advice: string): void =>
      notices.tell({
        recipient,
        severity: 'warning',
        text: `These agents wait for each other and none goes on: ${circle}. ${advice}`,
        id: noticeId('deadlock', key, recipient),
      });
    for (const agent of deadlock.agents) tell(agent, adviceFor(agent, deadlock));
    const hub = notices.hubOf(registry.getProject(project));
    if (!deadlock.agents.includes(hub)) tell(hub, 'They were told, too.');
    for (const { messageId } of deadlock.debts) queue.remind(messageId);
    bus.publish(
      'agent.deadlock',
      { agents: deadlock.agents, messages: deadlock.debts.map(({ messageId }) => messageId) },
      { id: `deadlock-${key}`, source: 'supervision', project, severity: 'warning' },
    );
  };

  return () => {
    const debts = queue
      .obligations({ open: true })
      // A debt that was reminded of is known to both sides, this circle or not.
      .filter(({ nudgedAt }) => nudgedAt === null)
      .map(({ messageId, debtor, creditor, seenAt, createdAt }) => ({
        ...{ messageId, debtor, creditor },
        since: seenAt ?? createdAt,
      }));
    if (debts.length < 2) return;
    const policy = config.supervision.deadlocks;
    findDeadlocks({ debts, idleSince: idleAgents(), now: clock.now(), policy }).forEach(release);
  };
}

function adviceFor(agent: string, { debts }: Deadlock): string {
  const own = debts.filter(({ debtor }) => debtor === agent);
  const answers = own.map(({ creditor, messageId }) => `orc send ${creditor} --in-reply-to ${messageId} "…"`);
  const begins =
    debts[0]?.debtor === agent ? 'You owe the oldest one, so begin' : 'Whatever you know is enough';
  return `${begins}; say what you cannot decide, and who should: ${answers.join(', ')}`;
}

/** The same circle of the same replies is one deadlock, whichever daemon finds it. */
function keyOf({ debts }: Deadlock): string {
  const ids = debts.map(({ messageId }) => messageId).sort();
  return createHash('sha256').update(ids.join(' ')).digest('hex').slice(0, 12);
}
