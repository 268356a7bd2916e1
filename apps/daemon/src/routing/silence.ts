import { operator, type AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import { judgeSilence } from '@orc/routing';
import type { Task } from '@orc/task-board';
import { noticeId, type Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';

const asked = (messageId: string) => `silence.asked:${messageId}`;
const escalated = (messageId: string) => `silence.escalated:${messageId}`;

/**
 * Looks for begun tasks whose agents have fallen silent: work that is visibly over and was not reported, and
 * work that nothing was heard of. Asks the agent once, then tells the hub once.
 */
export function createSilenceWatch(
  parts: Pick<Parts, 'registry' | 'board' | 'queue' | 'book' | 'bus' | 'clock' | 'config'>,
  { notices, stateOf }: { readonly notices: Notices; readonly stateOf: (agent: Agent) => AgentState },
) {
  const { registry, board, queue, book, bus, clock, config } = parts;
  const words = new Map<string, number | null>();
  const subscription = bus.subscribe('message.queued', ({ at, data }) => {
    const { sender } = data as { sender?: string };
    if (sender?.includes('/') === true) words.set(sender, at);
  });

  // Looked up once per run of the daemon; from then on the bus tells.
  const lastWordOf = (agent: string): number | null => {
    const known = words.get(agent);
    if (known !== undefined) return known;
    const [last] = queue.list({ sender: agent, order: 'newest', limit: 1 });
    words.set(agent, last?.createdAt ?? null);
    return last?.createdAt ?? null;
  };

  const look = (agent: Agent): void => {
    const task = board.currentFor(agent.id);
    if (!task || task.startedAt === null || task.state !== 'started') return;
    const { state, since } = stateOf(agent);
    // Whoever is limited or waits for a person cannot answer; others look after that.
    if (state !== 'idle' && state !== 'working') return;
    const { messageId } = task;
    const now = clock.now();
    const verdict = judgeSilence(
      {
        task: task.id,
        startedAt: task.startedAt,
        idleSince: state === 'idle' ? (since ?? now) : null,
        lastWordAt: lastWordOf(agent.id),
        askedAt: book.markedAt(asked(messageId)) ?? null,
        escalatedAt: book.markedAt(escalated(messageId)) ?? null,
      },
      now,
      config.routing,
    );
    if (verdict.action === 'none') return;
    const { action, because, why } = verdict;
    const key = action === 'ask' ? asked(messageId) : escalated(messageId);
    if (book.markedAt(key) !== undefined) return;
    // Told before it is marked: the ids make a second try after a kill in between harmless.
    const id = noticeId(key);
    bus.publish(
      action === 'ask' ? 'work.silent' : 'work.silence_escalated',
      { task: task.id, because, why },
      {
        ...{ id: `event-${id}`, source: 'routing', severity: 'notice' as const },
        ...{ project: agent.project, agent: agent.id, message: task.id },
      },
    );
    notices.tell({
      id,
      severity: 'warning',
      ...(action === 'ask' ? question(agent, task, why) : news(agent, task, why)),
    });
    book.once(key, now);
  };

  const news = (agent: Agent, task: Task, why: string) => {
    const hub = notices.hubOf(registry.getProject(agent.project));
    const text = `${agent.id} has begun ${task.id} (${task.title}), and ${why}. Look at it with "orc agent show ${agent.id}".`;
    return { recipient: hub === agent.id ? operator : hub, text };
  };

  return {
    look(): void {
      for (const agent of registry.listAgents()) if (agent.desired === 'running') look(agent);
    },
    [Symbol.dispose]: () => subscription[Symbol.dispose](),
  };
}

function question(agent: Agent, task: Task, why: string) {
  const text = `How does ${task.id} (${task.title}) stand? ${sentence(why)} If it is over, say so: orc task done ${task.id} "what was done, in detail", or orc task fail, or orc task block. If not: orc report ${agent.role} "…" --kind status.`;
  return { recipient: agent.id, text };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
