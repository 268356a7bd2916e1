import { newId } from '@orc/contracts';
import { describeError } from '@orc/errors';
import { parsePriority, type Message, type SendInput } from '@orc/queue';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { Call, HandlersOf } from '../http/handlers.ts';
import type { Parts } from '../parts.ts';
import type { Broadcasts } from '../routing/broadcasts.ts';
import type { KindNames } from '../routing/kind-names.ts';
import type { Outgoing } from '../routing/outgoing.ts';
import type { Targets } from './targets.ts';

type Names = 'send' | 'broadcast' | 'messages' | 'message' | 'waitForMessage' | 'changeMessage';

interface Deps {
  readonly targets: Targets;
  readonly outgoing: Outgoing;
  readonly kindFor: KindNames;
  readonly broadcasts: Broadcasts;
}

interface Body {
  readonly body: string;
  readonly kind?: string | undefined;
  readonly priority?: number | string | undefined;
  readonly tags?: string[] | undefined;
  readonly expectReplyMs?: number | undefined;
}

const LISTED = 50;

export function createMessageHandlers(
  { queue, registry }: Pick<Parts, 'queue' | 'registry'>,
  { targets, outgoing, kindFor, broadcasts }: Deps,
): HandlersOf<Names> {
  const ownOf = (caller: Caller, id: string): Message => {
    const message = queue.get(id);
    const isParty = message.sender === caller.name || message.recipient === caller.name;
    if (caller.type === 'agent' && !isParty) throw errors.notYours(id);
    return message;
  };

  return {
    send: async ({ caller, body }) => {
      const draft = {
        ...compose(caller, await targets.resolve(body.to, caller, body.project), body),
        id: body.id ?? newId('m'),
        ...(body.after !== undefined && { after: body.after }),
        ...(body.inReplyTo !== undefined && { inReplyTo: body.inReplyTo }),
      };
      return outgoing.send(caller, draft, { isIdChosen: body.id !== undefined });
    },
    broadcast: ({ caller, body }) => {
      const project = targets.projectOf(caller, body.project);
      const others = registry
        .listAgents({ project })
        .filter((agent) => agent.desired === 'running' && agent.id !== caller.name);
      if (others.length === 0) throw errors.nobodyToTell(project);
      const kind = kindFor(caller, body.kind);
      const tags = broadcasts.admit(caller, project, body);
      const inputs = others.map((agent) => ({
        ...compose(caller, agent.id, { ...body, kind, tags }),
        id: newId('m'),
      }));
      return { messages: queue.sendAll(inputs) };
    },
    messages: ({ caller, query }) => ({
      messages: queue.list({
        ...(query.state !== undefined && { state: query.state }),
        ...(query.kind !== undefined && { kind: query.kind }),
        ...(caller.type === 'agent' ? { recipient: caller.name } : { recipient: query.agent }),
        ...(query.project !== undefined && {
          recipientPrefix: `${targets.projectOf(caller, query.project)}/`,
        }),
        order: 'newest',
        limit: query.limit ?? LISTED,
      }),
    }),
    message: ({ caller, params }) => ({
      message: ownOf(caller, params.id),
      history: queue.history(params.id),
    }),
    waitForMessage: ({ caller, params, query, signal }) => {
      ownOf(caller, params.id);
      return waitForState(queue, params.id, query.state, query.timeoutMs, signal);
    },
    changeMessage: ({ caller, params, body }) => {
      refuseForeignHands(caller, ownOf(caller, params.id), params.action);
      change(queue, { ...params, by: caller.name, text: body.text ?? '' });
      return queue.get(params.id);
    },
  };
}

function compose(caller: Caller, recipient: string, body: Body): SendInput {
  return {
    sender: caller.name,
    recipient,
    body: body.body,
    ...(body.kind !== undefined && { kind: body.kind }),
    ...(body.priority !== undefined && { priority: parsePriority(body.priority) }),
    ...(body.tags !== undefined && { tags: body.tags }),
    ...(body.expectReplyMs !== undefined && { expectReplyMs: body.expectReplyMs }),
  };
}

const SENDERS_ACTIONS: ReadonlySet<string> = new Set(['cancel', 'retry']);

/** Whether it was handled is for the recipient to say, whether it still matters for the sender. */
function refuseForeignHands(caller: Caller, { sender, recipient }: Message, action: string): void {
  const mayChange = SENDERS_ACTIONS.has(action) ? sender : recipient;
  if (caller.type === 'agent' && caller.name !== mayChange) throw errors.forbidden(`${action} this message`);
}

interface Change {
  readonly id: string;
  readonly action: Call<'changeMessage'>['params']['action'];
  readonly by: string;
  readonly text: string;
}

function change(queue: Parts['queue'], { id, action, by, text }: Change): void {
  if (action === 'retry') queue.retry(id);
  else if (action === 'cancel') queue.cancel(id, { reason: text || `cancelled by ${by}`, by });
  else if (action === 'start') queue.start(id, by);
  else if (action === 'finish') queue.finish(id, { by, result: text });
  else queue.fail(id, { by, reason: text || 'no reason was given' });
}

const ORDER = ['queued', 'leased', 'injected', 'seen', 'done'];
const ENDS = new Set(['done', 'failed', 'dead']);

/**
 * Resolves when the message has got that far, has ended otherwise, or the time is over; rejects when it cannot be
 * looked at any more, because it was pruned or its file cannot be read.
 */
function waitForState(
  queue: Parts['queue'],
  id: string,
  state: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ message: Message; isReached: boolean }> {
  const look = () => {
    const message = queue.get(id);
    const isReached =
      message.state === state ||
      (ORDER.includes(state) && ORDER.indexOf(message.state) >= ORDER.indexOf(state));
    return { message, isReached, isOver: isReached || ENDS.has(message.state) };
  };
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      watching[Symbol.dispose]();
      signal.removeEventListener('abort', finish);
    };
    // Called by a timer and by listeners, where an error would end the daemon.
    const check = ({ isLast }: { readonly isLast: boolean }) => {
      try {
        const { message, isReached, isOver } = look();
        if (!isOver && !isLast) return;
        stop();
        resolve({ message, isReached });
      } catch (error) {
        stop();
        reject(error instanceof Error ? error : new Error(describeError(error)));
      }
    };
    const finish = () => check({ isLast: true });
    // First, because it can fail, and then there is nothing to stop.
    const watching = queue.watch(() => check({ isLast: false }));
    const timer = setTimeout(finish, timeoutMs);
    signal.addEventListener('abort', finish, { once: true });
    check({ isLast: false });
  });
}
