import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { onTeardown } from './teardown.ts';
import { makeTempDirectory } from './temp-directory.ts';

/** The path of a private tmux socket with no server behind it; a server started there ends with the test. */
export function makeTmuxSocket(): string {
  const socket = join(makeTempDirectory('orc-tmux'), 'tmux.sock');
  endTmuxServer(socket);
  return socket;
}

/** A server that is there when the test ends, ends with it. To be called after its directory was made. */
export function endTmuxServer(socket: string): void {
  onTeardown(() => {
    try {
      execFileSync('tmux', ['-S', socket, 'kill-server'], { stdio: 'ignore' });
    } catch {
      // No server was started, or the test ended it itself.
    }
  });
}
