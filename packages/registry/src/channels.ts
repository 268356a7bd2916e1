import type { Database } from '@orc/sqlite';
import { withoutWaitingForTheDisk } from './disk.ts';
import { channelNoteSchema, check, type ChannelNote, type ChannelRecord } from './records.ts';

export interface Channels {
  /**
   * Notes what came of a text that went through a channel of a client, and returns what is known of that
   * channel now. As with facts, the disk is not waited for: what is lost with a power cut is learnt again.
   *
   * @throws ORC_REGISTRY_INVALID
   */
  noteChannel(note: ChannelNote): ChannelRecord;
  /** What is known of each channel, by runtime, version and name; nothing of those that were never used. */
  channels(): ChannelRecord[];
}

interface ChannelRow {
  readonly runtime: string;
  readonly version: string;
  readonly channel: string;
  readonly proofs: number;
  readonly failures: number;
  readonly failures_in_row: number;
  readonly proved_at: number | null;
  readonly failed_at: number | null;
  readonly failure: string | null;
}

export function createChannels(database: Database): Channels {
  const key = 'runtime = @runtime AND version = @version AND channel = @channel';
  const find = database.prepare<[Pick<ChannelRow, 'runtime' | 'version' | 'channel'>], ChannelRow>(
    `SELECT * FROM registry_channels WHERE ${key}`,
  );
  const put = database.prepare<[ChannelRow]>(
    `INSERT OR REPLACE INTO registry_channels
       (runtime, version, channel, proofs, failures, failures_in_row, proved_at, failed_at, failure)
     VALUES
       (@runtime, @version, @channel, @proofs, @failures, @failures_in_row, @proved_at, @failed_at, @failure)`,
  );
  const all = database.prepare<[], ChannelRow>(
    'SELECT * FROM registry_channels ORDER BY runtime, version, channel',
  );
  const write = database.transaction((note: ChannelNote): ChannelRow => {
    const { runtime, version, channel } = note;
    const row = after(find.get({ runtime, version, channel }) ?? unused(note), note);
    put.run(row);
    return row;
  });
  return {
    noteChannel(input) {
      const note = check(channelNoteSchema, 'channel note', input);
      return toRecord(withoutWaitingForTheDisk(database, () => write.immediate(note)));
    },
    channels: () => all.all().map(toRecord),
  };
}

function unused({ runtime, version, channel }: ChannelNote): ChannelRow {
  const never = {
    proofs: 0,
    failures: 0,
    failures_in_row: 0,
    proved_at: null,
    failed_at: null,
    failure: null,
  };
  return { runtime, version, channel, ...never };
}

function after(row: ChannelRow, { outcome, at }: ChannelNote): ChannelRow {
  return outcome === 'proved'
    ? { ...row, proofs: row.proofs + 1, failures_in_row: 0, proved_at: at }
    : {
        ...row,
        failures: row.failures + 1,
        failures_in_row: row.failures_in_row + 1,
        failed_at: at,
        failure: outcome,
      };
}

function toRecord(row: ChannelRow): ChannelRecord {
  return {
    runtime: row.runtime,
    version: row.version,
    channel: row.channel,
    proofs: row.proofs,
    failures: row.failures,
    failuresInRow: row.failures_in_row,
    provedAt: row.proved_at,
    failedAt: row.failed_at,
    failure: row.failure as ChannelRecord['failure'],
  };
}
