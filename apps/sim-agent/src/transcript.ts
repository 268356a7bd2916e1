import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { appendJsonl, readJsonl } from '@orc/jsonl';
import { isRecord, textOf } from './json.ts';
import type { Body } from './records.ts';
import { clientVersion } from './version.ts';

/** The file of one session, added to as the session goes. */
export interface Transcript {
  readonly path: string;
  /** Adds a record to the chain and returns its uuid. Nothing is on disk before the first `user` record. */
  add(body: Body): string;
  /** Adds a record that stands outside the chain, such as `api-request`. */
  addLoose(body: Body): void;
  /** The record that the next one hangs on. */
  readonly end: string | null;
  /** Hangs the next record on an earlier one, or on none: a new chain begins. */
  continueFrom(uuid: string | null): void;
}

/** Where the transcripts of a project lie; `/` and `.` of its path become `-`. */
export function projectDirectoryOf(configDirectory: string, cwd: string): string {
  return join(configDirectory, 'projects', cwd.replace(/[/.]/g, '-'));
}

export function openTranscript(options: {
  readonly path: string;
  readonly sessionId: string;
  readonly cwd: string;
  readonly entrypoint: string;
  readonly branch: () => string;
  readonly clock: { now(): number };
  /** The last uuid of a resumed session. */
  readonly parentUuid?: string | undefined;
}): Transcript {
  const { path, sessionId, cwd, entrypoint, branch, clock } = options;
  let parentUuid: string | null = options.parentUuid ?? null;
  // A session that never had a prompt leaves no file, so that there is nothing to resume.
  let held: unknown[] | undefined = options.parentUuid === undefined ? [] : undefined;
  const write = (record: Body) => {
    if (held && record['type'] !== 'user') {
      held.push(record);
      return;
    }
    for (const earlier of held ?? []) appendJsonl(path, earlier);
    held = undefined;
    appendJsonl(path, record);
  };
  return {
    path,
    add(body) {
      const uuid = randomUUID();
      write({
        parentUuid,
        isSidechain: false,
        ...body,
        uuid,
        timestamp: new Date(clock.now()).toISOString(),
        ...(body['type'] === 'assistant' && entrypoint === 'cli' && { session_id: sessionId }),
        userType: 'external',
        entrypoint,
        cwd,
        sessionId,
        version: clientVersion,
        gitBranch: branch(),
      });
      parentUuid = uuid;
      return uuid;
    },
    addLoose: write,
    get end() {
      return parentUuid;
    },
    continueFrom(uuid) {
      parentUuid = uuid;
    },
  };
}

/** What a resumed session remembers of its transcript. */
export interface Memory {
  readonly parentUuid: string;
  /** ms since 1970; of the last record that has a time. */
  readonly lastAt: number;
  /** Everything that the assistant wrote, in order. */
  readonly assistantTexts: readonly string[];
  readonly characters: number;
}

/** Reads a session back, or `undefined` when it has no transcript. Damaged lines are skipped. */
export function findMemory(path: string): Memory | undefined {
  if (!existsSync(path)) return undefined;
  let parentUuid: string | undefined;
  let lastAt = 0;
  let characters = 0;
  const assistantTexts: string[] = [];
  for (const line of readJsonl(path)) {
    if (!line.ok || !isRecord(line.value)) continue;
    const { value } = line;
    parentUuid = textOf(value['uuid']) ?? parentUuid;
    lastAt = Date.parse(textOf(value['timestamp']) ?? '') || lastAt;
    const message = isRecord(value['message']) ? value['message'] : {};
    characters += JSON.stringify(message['content'] ?? '').length;
    if (value['type'] !== 'assistant' || !Array.isArray(message['content'])) continue;
    for (const block of message['content'] as unknown[])
      if (isRecord(block) && typeof block['text'] === 'string') assistantTexts.push(block['text']);
  }
  return parentUuid === undefined ? undefined : { parentUuid, lastAt, assistantTexts, characters };
}

/** True when a session of this id has a transcript in any project. */
export function isSessionKnown(configDirectory: string, sessionId: string): boolean {
  const projects = join(configDirectory, 'projects');
  if (!existsSync(projects)) return false;
  return readdirSync(projects).some((name) => existsSync(join(projects, name, `${sessionId}.jsonl`)));
}
