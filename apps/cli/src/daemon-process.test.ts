import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf } from '@orc/contracts';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { expect, it } from 'vitest';
import { startDaemon } from './daemon-process.ts';

it('says that ORC_HOME cannot be written, and does not take that for a bug', async () => {
  const inTheWay = join(makeTempDirectory(), 'file');
  writeFileSync(inTheWay, '');
  const layout = layoutOf(join(inTheWay, 'orc'));
  await expect(startDaemon(layout, {}, () => undefined)).rejects.toThrow(
    expect.objectContaining({ code: 'ORC_CLI_HOME_NOT_WRITABLE' }),
  );
});

it('does not take a daemon that is too busy to answer for one that did not start', async () => {
  const layout = layoutOf(makeTempDirectory('d'));
  const { pid } = await startDaemon(layout, process.env, () => undefined);
  onTeardown(() => void process.kill(pid, 'SIGKILL'));
  process.kill(pid, 'SIGSTOP');
  rmSync(layout.socket);
  await expect(startDaemon(layout, process.env, () => undefined, { patienceMs: 2_000 })).rejects.toThrow(
    expect.objectContaining({ code: 'ORC_CLI_DAEMON_DOES_NOT_ANSWER' }),
  );
});
