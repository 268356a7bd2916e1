import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, layoutOf, type Client, type Layout } from '@orc/contracts';
import { openRegistry } from '@orc/registry';
import { endTmuxServer, makeTempDirectory, onTeardown } from '@orc/testing';
import pino from 'pino';
import { expect } from 'vitest';
import { agentRecord, projectRecord } from '../fixtures/records.ts';
import { loadConfig } from '../src/config/load.ts';
import { hashToken } from '../src/http/auth.ts';
import { startDaemon } from '../src/start.ts';

const log = pino({ level: 'silent' });

export const codeOf = (code: string) => expect.objectContaining({ code }) as Error;

export interface House {
  readonly layout: Layout;
  readonly user: Client;
  readonly developer: Client;
  /** Any agent of the project `shop`. */
  readonly as: (role: string) => Client;
  /** Ends the daemon, and starts the next one after what `meanwhile` does. */
  readonly restart: (meanwhile: () => void) => Promise<void>;
}

export interface Furniture {
  /** Default `shop` and `other`. */
  readonly projects?: readonly string[];
  /** Default developer and tester. */
  readonly roles?: readonly string[];
  /** `running` agents get mail and count as there, though none has a window. Default `stopped`. */
  readonly desired?: 'running' | 'stopped';
  readonly config?: object;
}

/** Projects and agents as a team leaves them that was stopped: known, and without windows. */
function furnish(
  layout: Layout,
  { projects = ['shop', 'other'], roles = ['developer', 'tester'], desired = 'stopped' }: Furniture,
): void {
  using registry = openRegistry({ path: layout.database });
  for (const slug of projects) {
    registry.saveProject(projectRecord({ slug, status: desired === 'running' ? 'active' : 'stopped' }));
    for (const role of roles) {
      const tokenHash = hashToken(`${slug}-${role}`);
      registry.saveAgent(agentRecord(role, { project: slug, tokenHash, desired }));
    }
  }
}

export async function start(layout: Layout, environment = process.env): Promise<AsyncDisposable> {
  const loaded = loadConfig(layout.config, {});
  return startDaemon({ layout, loaded, log, environment, stop: () => undefined });
}

/** A daemon of its own in this process, asked through its socket. It ends with the test. */
export async function open(furniture: Furniture = {}): Promise<House> {
  const home = join(makeTempDirectory(), 'o');
  mkdirSync(home, { mode: 0o700 });
  const layout = layoutOf(home);
  endTmuxServer(layout.tmuxSocket);
  writeFileSync(layout.operatorToken, 'operator', { mode: 0o600 });
  if (furniture.config) writeFileSync(layout.config, JSON.stringify(furniture.config));
  furnish(layout, furniture);
  let daemon = await start(layout);
  onTeardown(async () => {
    await daemon[Symbol.asyncDispose]();
  });
  const client = (token: string) => createClient({ socketPath: layout.socket, token });
  const as = (role: string) => client(`shop-${role}`);
  const restart = async (meanwhile: () => void): Promise<void> => {
    await daemon[Symbol.asyncDispose]();
    meanwhile();
    daemon = await start(layout);
  };
  return { layout, user: client('operator'), developer: as('developer'), as, restart };
}
