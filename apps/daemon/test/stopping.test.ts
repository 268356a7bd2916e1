import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, layoutOf } from '@orc/contracts';
import { makeTempDirectory, startProgram } from '@orc/testing';
import { expect, it } from 'vitest';

it('a daemon that is asked to stop before its start is over stops as soon as it is', async () => {
  const home = join(makeTempDirectory(), 'o');
  mkdirSync(home, { mode: 0o700 });
  const layout = layoutOf(home);
  writeFileSync(layout.operatorToken, 'operator', { mode: 0o600 });
  const metrics = { enabled: true, port: 0 };
  writeFileSync(layout.config, JSON.stringify({ numbers: { metrics } }));
  const env = { ORC_HOME: home, XDG_RUNTIME_DIR: '' };
  const daemon = startProgram(join(import.meta.dirname, 'late-daemon.ts'), [], { env });
  expect(await daemon.readLine()).toBe('waits');
  const user = createClient({ socketPath: layout.socket, token: 'operator' });
  await user.call('shutdown', { body: { restart: false } });
  // What that call set off has happened by the time of the next.
  await user.call('health', {});
  daemon.writeLine('go on');
  expect(await daemon.ended).toEqual({ exitCode: 0, signal: null, stderr: '' });
  expect(existsSync(layout.daemonStopped)).toBe(true);
});
