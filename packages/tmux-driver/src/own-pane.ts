import { isOrcError } from '@orc/errors';
import { serverArguments } from './control-connection.ts';
import { errors } from './errors.ts';
import { run } from '@orc/process';
import type { PaneId } from './types.ts';

/**
 * The pane a process runs in, by the variables tmux gave it. `undefined` outside of tmux, and when the server
 * of these variables has no such pane (any more): a copied environment proves nothing.
 *
 * @throws ORC_TMUX_NOT_FOUND
 */
export async function findOwnPane(
  env: Readonly<Record<string, string | undefined>>,
  { tmuxPath = 'tmux' }: { readonly tmuxPath?: string } = {},
): Promise<PaneId | undefined> {
  const paneId = env['TMUX_PANE'] ?? '';
  // `socket,pid of the server,session`; the path itself may hold commas.
  const server = /^(.+),(\d+),\d+$/.exec(env['TMUX'] ?? '');
  const [, socketPath, serverPid] = server ?? [];
  if (!/^%\d+$/.test(paneId) || socketPath === undefined) return undefined;
  // Not display-message: for a target that does not exist it answers with another pane.
  const list = ['list-panes', '-t', paneId, '-F', '#{pid} #{pane_id}'];
  try {
    const PATH = env['PATH'];
    const result = await run(tmuxPath, [...serverArguments(socketPath, false), ...list], {
      cwd: '/',
      env: PATH === undefined ? {} : { PATH },
      timeoutMs: 10_000,
    });
    return result.stdout.split('\n').includes(`${serverPid} ${paneId}`) ? (paneId as PaneId) : undefined;
  } catch (error) {
    if (isOrcError(error, 'ORC_PROCESS_NOT_FOUND')) throw errors.notFound(tmuxPath, error);
    throw error;
  }
}
