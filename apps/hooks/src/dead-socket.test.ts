import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { mayBeAlive, rememberRefusal } from './dead-socket.ts';

function makeSocket() {
  const home = makeTempDirectory();
  mkdirSync(join(home, 'spool'));
  // Any file will do: only its inode and its time are looked at.
  const socketPath = join(home, 'orc.sock');
  writeFileSync(socketPath, '');
  return { home, socketPath, madeAt: statSync(socketPath).ctimeMs };
}

it('takes a socket for alive until it has refused a call', () => {
  const socket = makeSocket();
  expect(mayBeAlive(socket)).toBe(true);
  rememberRefusal(socket, socket.madeAt + 10_001);
  expect(mayBeAlive(socket)).toBe(false);
  expect(mayBeAlive(socket)).toBe(false);
});

it('believes no refusal of a socket that may not be listening yet', () => {
  const socket = makeSocket();
  rememberRefusal(socket, socket.madeAt + 10_000);
  expect(mayBeAlive(socket)).toBe(true);
});

it('takes no absent socket for alive', () => {
  const { home } = makeSocket();
  expect(mayBeAlive({ home, socketPath: join(home, 'other.sock') })).toBe(false);
});

it('leaves it to the call when the mark cannot be read, as when another hook has just taken it away', () => {
  const socket = makeSocket();
  mkdirSync(join(socket.home, 'spool', 'dead-socket'));
  expect(mayBeAlive(socket)).toBe(true);
});

it('remembers nothing where it cannot', () => {
  const { home } = makeSocket();
  rememberRefusal({ home, socketPath: join(home, 'other.sock') }, Date.now());
  rememberRefusal({ home: join(home, 'gone'), socketPath: join(home, 'orc.sock') }, Infinity);
  expect(mayBeAlive({ home, socketPath: join(home, 'orc.sock') })).toBe(true);
});
