import { isObject, numberAt, textAt, type JsonObject } from './json.ts';

/** Something that somebody observed about an agent. `at` is in milliseconds since 1970, UTC. */
export interface AgentFact {
  readonly kind: string;
  /** `hook`, `process`, `transcript`, `session-record`, `screen` … */
  readonly source: string;
  readonly value: unknown;
  readonly at: number;
}

/**
 * A moment at which an agent's state changed, or was seen.
 *
 *   working   a turn runs, or something in the background that will start one
 *   idle      it waits for its next prompt
 *   waiting   it waits for somebody's choice
 *   stuck     its requests fail until somebody repairs something
 *   ending    its session is over, and its process about to end
 */
export interface Edge {
  readonly is: 'working' | 'idle' | 'waiting' | 'stuck' | 'ending';
  readonly why: string;
  readonly source: string;
  readonly at: number;
  /** Less to be relied on than other edges. */
  readonly isWeak?: boolean;
  /** It may happen while a permission is still being waited for: tools run side by side. */
  readonly isToolEdge?: boolean;
  /** The client is there, and takes up the prompt that it was started with, if there is one. */
  readonly isBeginning?: boolean;
}

type EdgeOf = (value: JsonObject) => Omit<Edge, 'source' | 'at'> | undefined;

// Errors that no waiting repairs, in the client's words.
const STUCK_ERRORS = new Set([
  'authentication_failed',
  'billing_error',
  'invalid_request',
  'model_not_found',
  'oauth_org_not_allowed',
]);
const WAITING_NOTICES = new Set(['permission_prompt', 'elicitation_dialog', 'agent_needs_input']);

const working = (why: string) => ({ is: 'working', why }) as const;
const idle = (why: string) => ({ is: 'idle', why }) as const;
const waiting = (why: string) => ({ is: 'waiting', why }) as const;

const afterTool: EdgeOf = (value) => ({
  ...working(`it runs tools (${textAt(value, 'tool') ?? 'unnamed'})`),
  isToolEdge: true,
});

const afterError: EdgeOf = (value) => {
  const error = textAt(value, 'error') ?? 'unknown';
  return STUCK_ERRORS.has(error)
    ? { is: 'stuck', why: `its requests fail (${error}) until somebody repairs that` }
    : idle(`its last turn ended in an error of the API (${error})`);
};

/** By source, then kind. What is not here says nothing about whether an agent works. */
const edges: Readonly<Record<string, Readonly<Record<string, EdgeOf>>>> = {
  hook: {
    // After a compaction a session begins as well, in the middle of a turn or not.
    'session.started': (value) => {
      const source = textAt(value, 'source') ?? 'unknown';
      if (source === 'compact') return undefined;
      return { ...idle(`its session began (${source})`), isBeginning: source !== 'clear' };
    },
    'prompt.submitted': () => working('it was given a prompt'),
    'tool.finished': afterTool,
    'tool.failed': (value) =>
      value['isInterrupt'] === true
        ? { ...idle('somebody interrupted its tool'), isWeak: true }
        : afterTool(value),
    'permission.asked': (value) =>
      waiting(`it asks for permission to use ${textAt(value, 'tool') ?? 'a tool'}`),
    'turn.stopped': (value) => {
      const tasks = numberAt(value, 'backgroundTasks') ?? 0;
      return tasks > 0
        ? working(`it waits for ${tasks} background task${tasks > 1 ? 's' : ''}`)
        : idle('its turn ended');
    },
    'turn.failed': afterError,
    'compact.started': () => working('it compacts its conversation'),
    'compact.finished': (value) =>
      textAt(value, 'trigger') === 'auto'
        ? working('it goes on after a compaction')
        : idle('it has compacted its conversation'),
    notified: (value) => {
      const type = textAt(value, 'type') ?? '';
      if (WAITING_NOTICES.has(type)) return waiting(textAt(value, 'message') ?? 'it waits for an answer');
      // Comes a minute late, and sometimes in the middle of long thinking.
      return type === 'idle_prompt'
        ? { ...idle('the client says that it waits for input'), isWeak: true }
        : undefined;
    },
    'session.ended': (value) => ({
      is: 'ending',
      why: `its session ended (${textAt(value, 'reason') ?? 'unknown'}), its process not yet`,
    }),
  },
  transcript: {
    usage: () => ({ ...working('the model answered'), isToolEdge: true }),
    'turn-ended': () => idle('its turn ended'),
    interrupted: () => idle('somebody interrupted it'),
    'api-error': afterError,
  },
};

/** The latest edge among the facts. Of two that happened at once, the one that was told last. */
export function findLatestEdge(facts: readonly AgentFact[]): Edge | undefined {
  let latest: Edge | undefined;
  for (const fact of facts) {
    const { kind, source, value, at } = fact;
    const edge = edges[source]?.[kind]?.(isObject(value) ? value : {});
    if (edge === undefined || at < (latest?.at ?? 0)) continue;
    if (kind === 'turn-ended' && isInBackground(facts, at)) continue;
    latest = { ...edge, source, at };
  }
  return latest;
}

// The transcript ends a turn although tasks go on in the background; only the hook knows of those.
const SAME_TURN_MS = 10_000;

function isInBackground(facts: readonly AgentFact[], at: number): boolean {
  return facts.some(
    (fact) =>
      fact.kind === 'turn.stopped' &&
      isObject(fact.value) &&
      (numberAt(fact.value, 'backgroundTasks') ?? 0) > 0 &&
      Math.abs(fact.at - at) < SAME_TURN_MS,
  );
}
