import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';

it('leaves a tmux server', () => {
  const socket = join(mkdtempSync(join(tmpdir(), 'orc-leak-')), 'tmux.sock');
  execFileSync('tmux', ['-f', '/dev/null', '-S', socket, 'new-session', '-d', 'sleep 7302']);
});
