import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createTranscriptReader, type TranscriptFact, type TranscriptReader } from '@orc/agent-runtime';
import { isErrno } from '@orc/errors';
import { createFollower, type Follower } from '@orc/jsonl';
import type { Parts } from '../parts.ts';

interface Followed {
  readonly agentId: string;
  readonly directory: string;
  readonly follower: Follower;
  readonly reader: TranscriptReader;
}

/** One look takes no longer than this and a file: hooks wait meanwhile. What is left is read at the next. */
const LOOK_MS_MAX = 50;
const FILE_BYTES_MAX = 1_048_576;

/**
 * Reads what the sub-agents of each agent used: the client writes their transcripts into a folder beside the
 * agent's own. A file is read from its start once; the ledger counts a request once, so a daemon that starts
 * anew and reads all of it again counts nothing twice.
 */
export function createSubagentReader(
  { registry }: Pick<Parts, 'registry'>,
  onFact: (agentId: string, fact: TranscriptFact) => void,
): () => void {
  const followed = new Map<string, Followed>();
  return () => {
    const present = new Set<string>();
    for (const { id: agentId, transcriptPath } of registry.listAgents()) {
      if (transcriptPath === null) continue;
      const directory = join(transcriptPath.replace(/\.jsonl$/, ''), 'subagents');
      present.add(directory);
      for (const name of namesIn(directory)) {
        const path = join(directory, name);
        if (!name.endsWith('.jsonl') || followed.has(path)) continue;
        const reader = createTranscriptReader({ of: 'subagent' });
        const follower = createFollower(path, { bytesMax: FILE_BYTES_MAX });
        followed.set(path, { agentId, directory, follower, reader });
      }
    }
    const endAt = performance.now() + LOOK_MS_MAX;
    for (const [path, { agentId, directory, follower, reader }] of followed) {
      if (performance.now() > endAt) return;
      for (const line of follower.poll())
        if (line.ok) for (const fact of reader.read(line.value, line.line)) onFact(agentId, fact);
      // Those of a conversation that is over are read to their end, and then no more.
      if (!present.has(directory) && !follower.hasMore) followed.delete(path);
    }
  };
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return [];
    throw error;
  }
}
