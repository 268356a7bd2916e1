import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf } from '@orc/contracts';
import { readJsonl } from '@orc/jsonl';
import { makeTempDirectory } from '@orc/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { DaemonConfig } from '../config/schema.ts';
import { createLogStream, logRotation } from './log-files.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2030, 0, 20, 12);

const messagesIn = (path: string) =>
  [...readJsonl(path)].map((line) => (line.ok ? (line.value as { msg: string }).msg : line.text));

it('is closed by size, packed, and kept for the days and bytes that are configured, while the daemon writes on', async () => {
  const layout = layoutOf(makeTempDirectory('orc-log'));
  const clock = { at: NOW, now: () => clock.at };
  const config = DaemonConfig.parse({ logging: { fileBytesMax: 1_024, daysMax: 2 } });
  const log = pino({}, createLogStream(layout.daemonLogs, clock));
  const rotate = logRotation({ layout, config, clock }).run;
  log.info('first');
  writeFileSync(join(layout.daemonLogs, '2030-01-02.jsonl'), '{"msg":"long ago"}\n');
  for (let n = 0; n < 20; n += 1) log.info({ filler: 'x'.repeat(80) }, `line ${n}`);
  await rotate();
  log.info('after the first file was closed');
  // By the clock of this test it was closed long ago, and is packed at once.
  const packed = join(layout.daemonLogs, '2030-01-20.1.jsonl.gz');
  expect(messagesIn(join(layout.daemonLogs, '2030-01-20.jsonl'))).toEqual([
    'after the first file was closed',
  ]);
  expect(messagesIn(packed)).toHaveLength(21);
  expect(messagesIn(packed)[0]).toBe('first');
  expect(existsSync(join(layout.daemonLogs, '2030-01-02.jsonl'))).toBe(false);

  clock.at = NOW + 5 * DAY_MS;
  log.info('days later');
  await rotate();
  expect(readdirSync(layout.daemonLogs)).toEqual(['2030-01-25.jsonl']);
});

it('says how many lines the disk did not take, and ends nobody for that', () => {
  const directory = join(makeTempDirectory('orc-log'), 'log');
  const log = pino({}, createLogStream(directory, { now: () => NOW }));
  // A file in the place of the directory: root may write wherever it likes, but not below a file.
  writeFileSync(directory, '');
  chmodSync(directory, 0o400);
  log.info('one');
  log.info('two');
  rmSync(directory);
  log.info('three');
  expect(messagesIn(join(directory, '2030-01-20.jsonl'))).toEqual(['2 lines were lost', 'three']);
});
