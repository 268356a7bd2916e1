import { spawn } from 'node:child_process';
import { it } from 'vitest';

it('leaves a child', () => {
  spawn('sleep', ['7301'], { stdio: 'ignore' });
});
