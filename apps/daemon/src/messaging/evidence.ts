import { createTranscriptReader, type TranscriptFact, type TranscriptReader } from '@orc/agent-runtime';
import { createFollower, type Follower } from '@orc/jsonl';
import type { AdvanceInput, Message } from '@orc/queue';
import type { Channels } from '../channels/channels.ts';
import type { Parts } from '../parts.ts';

interface Followed {
  readonly path: string;
  readonly follower: Follower;
  readonly reader: TranscriptReader;
}

const IN_CONVERSATION: ReadonlySet<string> = new Set(['accepted', 'sent', 'answered']);

type EvidenceFact = Extract<TranscriptFact, { type: 'received' | 'accepted' | 'sent' | 'answered' }>;

export interface TranscriptFactListener {
  (agentId: string, fact: TranscriptFact): void;
}

/**
 * Follows the transcripts that the clients write, and takes from them how far each message got. A file is
 * read from its start when it is first followed: evidence is idempotent, so a restart of the daemon in the
 * middle of a turn costs reading and nothing else.
 */
export function createEvidence(
  { queue, registry, log }: Pick<Parts, 'queue' | 'registry' | 'log'>,
  channels: Pick<Channels, 'sighted' | 'proved'>,
  onFact: TranscriptFactListener,
) {
  const followed = new Map<string, Followed>();

  /** A text that gets into the conversation is proof of the way it came, too. */
  const advance = (message: Message, fact: EvidenceFact, proof: AdvanceInput): void => {
    const isNew = queue.advance(message.id, proof);
    const isArrival = isNew && fact.type !== 'received' && !IN_CONVERSATION.has(message.step ?? '');
    const agent = isArrival ? registry.findAgent(message.recipient) : undefined;
    if (agent && message.channel !== null) channels.proved(agent, message.channel, fact.at);
  };

  const take = (agentId: string, path: string, fact: TranscriptFact): void => {
    if (fact.type === 'lost') {
      // Read again after a restart, the file tells of losses that were made good long ago.
      const isPresent = fact.ids.some((id) => {
        const message = queue.find(id);
        return message?.state === 'injected' && (message.injectedAt ?? Infinity) <= fact.at;
      });
      if (isPresent) queue.requeueUnseen(agentId, `the client dropped it: ${fact.why}`);
    } else if ('ids' in fact) {
      const proof = { at: fact.at, line: fact.line, transcript: path, session: fact.sessionId ?? undefined };
      for (const id of fact.ids) {
        const message = queue.find(id);
        // An id counts only for the agent that the message is for.
        if (message?.recipient === agentId) advance(message, fact, { step: fact.type, ...proof });
        else if (!message && (fact.type === 'received' || fact.type === 'accepted'))
          channels.sighted(agentId, id, fact.type, fact.at);
      }
    }
    onFact(agentId, fact);
  };

  const read = (agentId: string, { path, follower, reader }: Followed): void => {
    for (const line of follower.poll()) {
      if (!line.ok) continue;
      for (const fact of reader.read(line.value, line.line)) take(agentId, path, fact);
    }
  };

  return {
    /** Follows this file from now on in place of the agent's former one, which is read to its end first. */
    follow(agentId: string, path: string): void {
      const current = followed.get(agentId);
      if (current?.path === path) return;
      if (current) read(agentId, current);
      followed.set(agentId, { path, follower: createFollower(path), reader: createTranscriptReader() });
    },
    forget: (agentId: string): void => void followed.delete(agentId),
    /** Reads what was added. Costs one `stat` per agent when nothing was. */
    poll(agentId?: string): void {
      for (const [id, entry] of followed) {
        if (agentId !== undefined && id !== agentId) continue;
        try {
          read(id, entry);
        } catch (error) {
          log.warn({ err: error, agent: id, transcript: entry.path }, 'a transcript could not be read');
        }
      }
    },
  };
}

export type Evidence = ReturnType<typeof createEvidence>;
