import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo } from 'node:net';

export interface Redis {
  readonly port: number;
  /** Resolves when the server has ended and no longer writes into its directory. */
  stop(): Promise<void>;
}

const READY_MS = 5_000;
const LOOK_MS = 20;

/**
 * A Redis on loopback that writes every command to disk before it answers, as orc does; `undefined` when it
 * is not installed.
 */
export async function startRedis(directory: string): Promise<Redis | undefined> {
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    directory,
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--save',
    '',
  ];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  let failure: NodeJS.ErrnoException | undefined;
  child.on('error', (error) => (failure = error));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const deadline = performance.now() + READY_MS;
  while (!failure && child.exitCode === null && performance.now() < deadline) {
    if (await answers(port)) return { port, stop };
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  if (failure?.code === 'ENOENT') return undefined;
  await stop();
  throw failure ?? new Error(`redis-server did not answer within ${READY_MS} ms.`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
