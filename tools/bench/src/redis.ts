import { spawn } from 'node:child_process';
import { createConnection, createServer, type AddressInfo } from 'node:net';

export interface Redis extends Disposable {
  readonly port: number;
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
  let hasFailed = false;
  child.on('error', () => (hasFailed = true));
  const deadline = performance.now() + READY_MS;
  while (!hasFailed && performance.now() < deadline) {
    if (await answers(port)) return { port, [Symbol.dispose]: () => void child.kill('SIGKILL') };
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  child.kill('SIGKILL');
  return undefined;
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
