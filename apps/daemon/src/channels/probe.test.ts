import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClaudeRuntime } from '@orc/agent-runtime';
import { layoutOf } from '@orc/contracts';
import { makeTempDirectory } from '@orc/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { DaemonConfig } from '../config/schema.ts';
import { probeClient } from './probe.ts';

it('says so when the client ended without a conversation, and leaves nothing behind', async () => {
  const home = makeTempDirectory('orc');
  const program = join(home, 'client');
  writeFileSync(
    program,
    '#!/bin/sh\n[ "$1" = --version ] && echo 2.1.329 && exit 0\necho "not signed in" >&2\nexit 1\n',
    {
      mode: 0o700,
    },
  );
  const runtime = createClaudeRuntime({
    command: [program],
    homeDirectory: home,
    environment: { PATH: '/bin' },
  });
  const parts = { layout: layoutOf(home), config: DaemonConfig.parse({}), log: pino({ level: 'silent' }) };
  await expect(probeClient(parts, runtime)).rejects.toThrow(
    expect.objectContaining({
      code: 'ORC_DAEMON_PROBE_FAILED',
      message: expect.stringContaining('not signed in') as string,
    }),
  );
  expect(existsSync(join(home, 'probe', 'settings.json'))).toBe(false);
});
