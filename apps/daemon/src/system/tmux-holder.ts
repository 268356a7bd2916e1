import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Layout } from '@orc/contracts';
import { isOrcError } from '@orc/errors';
import { signalProcess } from '@orc/process';
import type { Agent } from '@orc/registry';
import { openTmux, type PaneInfo, type Tmux } from '@orc/tmux-driver';
import type { Parts } from '../parts.ts';
import { findServerOf } from '../supervision/identity.ts';

const SOCKET_MS = 2_000;
const LOOK_MS = 20;

export interface TmuxHolder extends AsyncDisposable {
  /** The driver of this ORC_HOME's tmux server, which is started when it is asked for first. */
  readonly get: () => Promise<Tmux>;
  /** Every pane of the server; none when the server has ended. */
  readonly panes: () => Promise<PaneInfo[]>;
}

/** Opens the driver once, when something needs it: a daemon without a team starts no tmux server. */
export function createTmuxHolder(
  { layout, registry }: Pick<Parts, 'layout' | 'registry'>,
  onOpen: (driver: Tmux) => Disposable,
): TmuxHolder {
  let opening: Promise<Tmux> | undefined;
  let watching: Disposable | undefined;

  const open = async (): Promise<Tmux> => {
    mkdirSync(dirname(layout.tmuxSocket), { recursive: true, mode: 0o700 });
    await recoverSocket(layout, registry.listAgents());
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

/** A server whose socket was deleted is out of reach with all that runs in it, until it is told to make it again. */
async function recoverSocket({ tmuxSocket }: Layout, agents: readonly Agent[]): Promise<void> {
  if (existsSync(tmuxSocket)) return;
  const server = [...agents]
    .sort((one, other) => (other.launchedAt ?? 0) - (one.launchedAt ?? 0))
    .map(findServerOf)
    .find((each) => each !== undefined);
  if (!server || !signalProcess(server, 'SIGUSR1')) return;
  const deadline = performance.now() + SOCKET_MS;
  while (!existsSync(tmuxSocket) && performance.now() < deadline) await sleep(LOOK_MS);
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
