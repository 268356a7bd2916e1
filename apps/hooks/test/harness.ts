import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createRawServer, type Server as RawServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTempDirectory, onTeardown } from '@orc/testing';

export const program = fileURLToPath(new URL('../dist/hook.cjs', import.meta.url));
export const agent = 'shop/developer';

export interface Home {
  readonly path: string;
  readonly socket: string;
  readonly database: string;
  readonly env: Readonly<Record<string, string>>;
  /** Records of `logs/hooks.log`. */
  log(): Record<string, unknown>[];
  /** Records of `spool/hooks.jsonl`. */
  spool(): { agent: string; at: number; clientPid: string; input: Record<string, unknown> }[];
}

/** An ORC_HOME with one agent that has a token, and nobody running. */
export function makeHome(): Home {
  const path = makeTempDirectory('orc-hook');
  const tokenFile = join(path, 'agents', 'shop', 'developer', 'token');
  mkdirSync(join(tokenFile, '..'), { recursive: true });
  writeFileSync(tokenFile, 'a-secret\n', { mode: 0o600 });
  const socket = join(path, 'orc.sock');
  const records = (file: string) =>
    existsSync(join(path, file))
      ? readFileSync(join(path, file), 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as never)
      : [];
  return {
    path,
    socket,
    database: join(path, 'orc.db'),
    env: {
      PATH: process.env['PATH'] ?? '',
      ORC_HOME: path,
      ORC_AGENT: agent,
      ORC_TOKEN_FILE: tokenFile,
      ORC_SOCKET: socket,
      TMUX_PANE: '%7',
      CLAUDE_PID: String(process.pid),
    },
    log: () => records('logs/hooks.log'),
    spool: () => records('spool/hooks.jsonl'),
  };
}

export interface HookRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningHook {
  readonly process: ChildProcess;
  readonly ended: Promise<HookRun>;
}

export interface HookOptions {
  /** Default: what Claude Code runs. */
  readonly program?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Buffer;
}

export function startHook(home: Home, options: HookOptions = {}): RunningHook {
  const { program: path = program, args = [], env = {}, stdin = '' } = options;
  const child = spawn(process.execPath, [path, ...args], { env: { ...home.env, ...env } });
  onTeardown(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A hook that has seen enough may end before it has read all of it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { process: child, ended };
}

export async function runHook(home: Home, options: HookOptions = {}): Promise<HookRun> {
  return startHook(home, options).ended;
}

export function event(name: string, fields: object = {}): string {
  return JSON.stringify({
    session_id: '11111111-2222-4333-8444-555555555555',
    transcript_path: '/home/ada/.claude/projects/-shop/session.jsonl',
    cwd: '/shop',
    hook_event_name: name,
    ...fields,
  });
}

export interface Call {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Plays the daemon; every call it got is kept. */
export async function startDaemon(
  home: Home,
  answer: (response: ServerResponse, call: Call) => void,
): Promise<{ readonly calls: Call[]; readonly server: Server }> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = { url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
      calls.push(call);
      answer(response, call);
    });
  });
  await listen(server, home);
  return { calls, server };
}

/** Plays a daemon that speaks no HTTP, or does so badly. */
export async function startRawDaemon(home: Home, greet: (socket: Socket) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => greet(socket));
  });
  await listen(server, home);
  onTeardown(() => sockets.forEach((socket) => socket.destroy()));
  return server;
}

async function listen(server: Server | RawServer, home: Home): Promise<void> {
  server.listen(home.socket);
  await once(server, 'listening');
  onTeardown(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
}
