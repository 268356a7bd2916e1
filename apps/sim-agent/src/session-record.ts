import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findIdentity } from '@orc/process';
import { clientVersion } from './version.ts';

export type SessionStatus = 'idle' | 'busy' | 'waiting';

/** `<config>/sessions/<pid>.json`: what the client itself says it is doing. */
export interface SessionRecord {
  /** Changes the file at once; the same status twice changes nothing. */
  setStatus(status: SessionStatus, waitingFor?: string): void;
  setSession(sessionId: string): void;
  /** Removes the file. A client that was killed leaves it behind. */
  remove(): void;
}

export function openSessionRecord(options: {
  readonly configDirectory: string;
  readonly pid: number;
  readonly sessionId: string;
  readonly cwd: string;
  readonly name: string | undefined;
  readonly clock: { now(): number };
}): SessionRecord {
  const { configDirectory, pid, cwd, name, clock } = options;
  const directory = join(configDirectory, 'sessions');
  const path = join(directory, `${pid}.json`);
  const startedAt = clock.now();
  const startedAtTicks = findIdentity(pid)?.startedAtTicks ?? undefined;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  let sessionId = options.sessionId;
  let status: SessionStatus = 'idle';
  let waitingFor: string | undefined;
  let statusUpdatedAt = startedAt;
  const write = () => {
    const record = {
      pid,
      sessionId,
      cwd,
      startedAt,
      procStart: startedAtTicks,
      version: clientVersion,
      kind: 'interactive',
      entrypoint: 'cli',
      name: name ?? `${basename(cwd)}-${pid % 100}`,
      nameSource: name === undefined ? 'derived' : 'user',
      nameSince: startedAt,
      status,
      ...(waitingFor !== undefined && { waitingFor }),
      updatedAt: clock.now(),
      statusUpdatedAt,
    };
    // Readers never see half a record.
    writeFileSync(`${path}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  write();
  return {
    setStatus(next, nextWaitingFor) {
      if (next === status && nextWaitingFor === waitingFor) return;
      status = next;
      waitingFor = nextWaitingFor;
      statusUpdatedAt = clock.now();
      write();
    },
    setSession(next) {
      sessionId = next;
      write();
    },
    remove: () => rmSync(path, { force: true }),
  };
}
