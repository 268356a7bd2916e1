import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Layout } from '@orc/contracts';
import { isOrcError } from '@orc/errors';
import { openTmux, type PaneInfo, type Tmux } from '@orc/tmux-driver';

export interface TmuxHolder extends AsyncDisposable {
  /** The driver of this ORC_HOME's tmux server, which is started when it is asked for first. */
  readonly get: () => Promise<Tmux>;
  /** Every pane of the server; none when the server has ended. */
  readonly panes: () => Promise<PaneInfo[]>;
}

/** Opens the driver once, when something needs it: a daemon without a team starts no tmux server. */
export function createTmuxHolder(layout: Layout, onOpen: (driver: Tmux) => Disposable): TmuxHolder {
  let opening: Promise<Tmux> | undefined;
  let watching: Disposable | undefined;

  const open = async (): Promise<Tmux> => {
    mkdirSync(dirname(layout.tmuxSocket), { recursive: true, mode: 0o700 });
    const driver = await openTmux({ socketPath: layout.tmuxSocket });
    watching = onOpen(driver);
    return driver;
  };

  const get = (): Promise<Tmux> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };

  return {
    get,
    panes: async () => (await unlessServerGone((await get()).listPanes())) ?? [],
    async [Symbol.asyncDispose]() {
      watching?.[Symbol.dispose]();
      await (await opening)?.[Symbol.asyncDispose]();
    },
  };
}

/** What is to be ended together with its server has ended when the server has. */
export async function unlessServerGone<Value>(action: Promise<Value>): Promise<Value | undefined> {
  try {
    return await action;
  } catch (error) {
    if (isOrcError(error, 'ORC_TMUX_SERVER_GONE')) return undefined;
    throw error;
  }
}
