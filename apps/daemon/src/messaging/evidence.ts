import { createTranscriptReader, type TranscriptFact, type TranscriptReader } from '@orc/agent-runtime';
import { describeError } from '@orc/errors';
import { createFollower, type Follower } from '@orc/jsonl';
import type { AdvanceInput, Message } from '@orc/queue';
import type { Agent } from '@orc/registry';
import { isDatabaseError } from '@orc/sqlite';
import type { Channels } from '../channels/channels.ts';
import type { Parts } from '../parts.ts';

interface Followed {
  readonly path: string;
  readonly follower: Follower;
  reader: TranscriptReader;
  /** The last line that was read. */
  line: number;
  /** What was read and is not written down yet, the oldest first. */
  readonly pending: TranscriptFact[];
  /** Why the last look failed. */
  problem: string | undefined;
  /** Since when each look has left something unread. */
  behindSince: number | undefined;
}

/** Of one transcript at one look: a daemon that finds weeks of them has to answer hooks meanwhile. */
const BYTES_PER_LOOK = 1_048_576;

/** A file that is never read to its end must not keep the overdue mail of all others where it is. */
const BEHIND_MS_MAX = 30_000;

const IN_CONVERSATION: ReadonlySet<string> = new Set(['accepted', 'sent', 'answered']);

type EvidenceFact = Extract<TranscriptFact, { type: 'received' | 'accepted' | 'sent' | 'answered' }>;

export interface TranscriptFactListener {
  (agentId: string, fact: TranscriptFact): void;
}

/** Writes down what one fact says about the messages of an agent, and hands it on. Repeatable. */
function createTaker(
  { queue, registry }: Pick<Parts, 'queue' | 'registry'>,
  channels: Pick<Channels, 'sighted' | 'proved'>,
  onFact: TranscriptFactListener,
) {
  /** A text that gets into the conversation is proof of the way it came, too. */
  const advance = (message: Message, fact: EvidenceFact, proof: AdvanceInput): void => {
    const isNew = queue.advance(message.id, proof);
    const isArrival = isNew && fact.type !== 'received' && !IN_CONVERSATION.has(message.step ?? '');
    const agent = isArrival ? registry.findAgent(message.recipient) : undefined;
    if (agent && message.channel !== null) channels.proved(agent, message.channel, fact.at);
  };

  return (agentId: string, path: string, fact: TranscriptFact): void => {
    if (fact.type === 'lost') {
      // Read again after a restart, the file tells of losses that were made good long ago.
      const lost = fact.ids.filter((id) => {
        const message = queue.find(id);
        return message?.state === 'injected' && (message.injectedAt ?? Infinity) <= fact.at;
      });
      if (lost.length > 0) queue.requeueUnseen(agentId, `the client dropped it: ${fact.why}`, lost);
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
}

/**
 * Follows the transcripts that the clients write, and takes from them how far each message got. A file is
 * read from its start when it is first followed: evidence is idempotent, so a restart of the daemon in the
 * middle of a turn costs reading and nothing else.
 */
export function createEvidence(
  parts: Pick<Parts, 'queue' | 'registry' | 'log' | 'clock'>,
  channels: Pick<Channels, 'sighted' | 'proved'>,
  onFact: TranscriptFactListener,
) {
  const { registry, log, clock } = parts;
  const take = createTaker(parts, channels, onFact);
  /** The last file of an agent is that of its present session; those before it are read to their end first. */
  const followed = new Map<string, Followed[]>();

  /** A fact is gone only when it is written down: the file tells of it once, and a database may be locked. */
  const takePending = (agentId: string, { path, pending }: Followed): void => {
    for (let fact = pending[0]; fact !== undefined; fact = pending[0]) {
      try {
        take(agentId, path, fact);
      } catch (error) {
        // Locked, or its disk full: what failed may work the next time.
        if (isDatabaseError(error)) throw error;
        // It would fail for ever, and all that comes after it would wait.
        log.warn({ err: error, agent: agentId, fact: fact.type }, 'a fact of a transcript was left out');
      }
      pending.shift();
    }
  };

  /** True when the file was read to its end, as far as it can be read. */
  const read = (agentId: string, file: Followed): boolean => {
    try {
      takePending(agentId, file);
      for (const line of file.follower.poll()) {
        // The file was written anew, and its conversation is an empty one again.
        if (line.line <= file.line) file.reader = createTranscriptReader();
        file.line = line.line;
        if (line.ok) file.pending.push(...file.reader.read(line.value, line.line));
      }
      takePending(agentId, file);
      file.problem = undefined;
    } catch (error) {
      const problem = describeError(error);
      // Once: each look meets it again, and a full disk must not get any fuller.
      if (problem !== file.problem)
        log.warn({ err: error, agent: agentId, transcript: file.path }, 'a transcript could not be read');
      file.problem = problem;
    }
    const { hasMore } = file.follower;
    file.behindSince = hasMore ? (file.behindSince ?? clock.now()) : undefined;
    return file.pending.length === 0 && !hasMore;
  };

  /** True when there is nothing left to read of this agent. */
  const readAll = (agentId: string, files: Followed[]): boolean => {
    for (let file = files[0]; file && read(agentId, file); file = files[0]) {
      if (files.length === 1) return true;
      files.shift();
    }
    return false;
  };

  return {
    /** Follows this file from now on in place of the agent's former one, which is read to its end first. */
    follow(agentId: string, path: string): void {
      const files = followed.get(agentId) ?? [];
      if (files.at(-1)?.path === path) return;
      readAll(agentId, files);
      files.push(startFollowing(path));
      followed.set(agentId, files);
    },
    /**
     * Whether there is more in the files than was read, of one agent or of any: what seems overdue may be proved
     * in there. For half a minute in a row only.
     */
    isBehind(agentId?: string): boolean {
      const files = agentId === undefined ? [...followed.values()].flat() : (followed.get(agentId) ?? []);
      const now = clock.now();
      return files.some(({ behindSince }) => behindSince !== undefined && now - behindSince < BEHIND_MS_MAX);
    },
    /** Reads what was added. Costs one `stat` per agent when nothing was. */
    poll(agentId?: string): void {
      for (const [id, files] of followed) {
        if (agentId !== undefined && id !== agentId) continue;
        if (readAll(id, files) && hasEnded(registry.findAgent(id))) followed.delete(id);
      }
    },
  };
}

function startFollowing(path: string): Followed {
  const follower = createFollower(path, { bytesMax: BYTES_PER_LOOK });
  const reader = createTranscriptReader();
  return { path, follower, reader, line: 0, pending: [], problem: undefined, behindSince: undefined };
}

/** Its client may write until it has gone. */
function hasEnded(agent: Agent | undefined): boolean {
  return agent === undefined || (agent.desired === 'ended' && agent.pid === null);
}

export type Evidence = ReturnType<typeof createEvidence>;
