import { parseHookInput } from '@orc/claude-hooks';
import type { Agent } from '@orc/registry';
import { isDatabaseError } from '@orc/sqlite';
import type { Evidence } from '../messaging/evidence.ts';
import { beginsAnew, type HookDesk } from '../messaging/hooks.ts';
import type { Parts } from '../parts.ts';

/** A conversation that an agent began while nobody answered its hook. */
export interface Beginning {
  readonly agent: string;
  readonly at: number;
  /** What the hook was given. */
  readonly input: object;
  /** Where the conversation before it is written down. */
  readonly transcriptBefore: string | null;
}

export interface Beginnings {
  /** Keeps one until it is made up for, whichever daemon does it. Repeatable. */
  keep(beginning: Beginning): void;
  /** Makes up for those whose time has come, of each agent one after the other. Call it every second. */
  makeUp(): void;
}

interface BeginningsDeps {
  readonly evidence: Pick<Evidence, 'follow' | 'poll' | 'isBehind'>;
  readonly desk: Pick<HookDesk, 'begunAnew'>;
}

const KEY = 'spool.begun';

/**
 * The beginnings for which the desk has not done its part yet. They are in the registry until it has: a second
 * time does no harm, because mail that came later is left alone.
 */
export function createBeginnings(
  { registry, log }: Pick<Parts, 'registry' | 'log'>,
  { evidence, desk }: BeginningsDeps,
): Beginnings {
  /** Agents for whom the desk is at work. */
  const underway = new Set<string>();
  const all = () => (registry.getValue(KEY) ?? []) as Beginning[];
  const forget = (beginning: Beginning): void =>
    registry.setValue(
      KEY,
      all().filter((each) => !isSame(each, beginning)),
    );

  const makeUpFor = async (agent: Agent, beginning: Beginning): Promise<void> => {
    const input = parseHookInput(JSON.stringify(beginning.input));
    try {
      if (beginsAnew(input)) await desk.begunAnew(agent, input, beginning.at);
    } catch (error) {
      if (isDatabaseError(error)) throw error;
      // It would fail for ever.
      log.error({ err: error, agent: agent.id }, 'what follows from a conversation that began unseen failed');
    }
    forget(beginning);
  };

  const begin = (agent: Agent, beginning: Beginning): void => {
    underway.add(agent.id);
    makeUpFor(agent, beginning)
      .catch((error: unknown) =>
        log.warn({ err: error, agent: agent.id }, 'what follows from a conversation that began unseen waits'),
      )
      .finally(() => underway.delete(agent.id));
  };

  /** Whoever is launched since or later is told everything then. */
  const findAgent = ({ agent: id, at }: Beginning): Agent | undefined => {
    const agent = registry.findAgent(id);
    return agent?.desired === 'running' && (agent.launchedAt ?? 0) <= at ? agent : undefined;
  };

  // How the conversations before them ended may be unread yet, and the agents are in others since.
  for (const beginning of all())
    if (findAgent(beginning) && beginning.transcriptBefore !== null)
      evidence.follow(beginning.agent, beginning.transcriptBefore);

  return {
    keep(beginning) {
      const kept = all();
      if (!kept.some((each) => isSame(each, beginning))) registry.setValue(KEY, [...kept, beginning]);
    },
    makeUp() {
      const waiting = new Set(underway);
      for (const beginning of all()) {
        if (waiting.has(beginning.agent)) continue;
        const agent = findAgent(beginning);
        if (!agent) {
          forget(beginning);
          continue;
        }
        waiting.add(agent.id);
        evidence.poll(agent.id);
        // Mail that was answered at the very end of the last conversation must not come again.
        if (!evidence.isBehind(agent.id)) begin(agent, beginning);
      }
    },
  };
}

function isSame(one: Beginning, other: Beginning): boolean {
  return (
    one.agent === other.agent &&
    one.at === other.at &&
    JSON.stringify(one.input) === JSON.stringify(other.input)
  );
}
