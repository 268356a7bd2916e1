import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { makeTempDirectory, onTeardown } from '../../src/index.ts';

it('ends what it starts, a moment later', () => {
  const child = spawn('sleep', ['7303'], { stdio: 'ignore' });
  onTeardown(() => void setTimeout(() => child.kill('SIGKILL'), 200));
  closeSync(openSync(join(makeTempDirectory(), 'closed.db'), 'w'));
});
