import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { sep } from 'node:path';
import { afterAll } from 'vitest';
import { waitUntil } from './wait-until.ts';

// A setup file of every suite. What a test file started inherits this mark through every fork, also a tmux
// server that gave up its parent; what still carries it when the file is over was left behind.
const mark = randomUUID();
process.env.ORC_TEST_FILE = mark;

const PATIENCE_MS = 10_000;
const temporary = realpathSync(tmpdir()) + sep;
const openedBefore = new Set(listOpenFiles());

interface LeftProcess {
  readonly pid: number;
  readonly command: string;
}

afterAll(async () => {
  // What was told to end may take a moment to do so.
  const isClean = () => listMarked().length + listOpenedSince().length === 0;
  await waitUntil(isClean, { timeoutMs: PATIENCE_MS }).catch(() => undefined);
  const processes = listMarked();
  const files = listOpenedSince();
  for (const { pid } of processes) kill(pid);
  const left = [
    ...processes.map(({ pid, command }) => `process ${pid}: ${command}`),
    ...files.map((file) => `open file ${file}`),
  ];
  if (left.length > 0)
    throw new Error(
      `This test file left something behind. End what it starts, close what it opens:\n${left.join('\n')}`,
    );
});

/** Where there is no `/proc`, nothing is found and the check holds. */
function listMarked(): LeftProcess[] {
  return listDirectory('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => readIfThere(`/proc/${name}/environ`).split('\0').includes(`ORC_TEST_FILE=${mark}`))
    .map((name) => ({
      pid: Number(name),
      command: readIfThere(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim(),
    }));
}

/** Files in the temporary directory only: what the test runner opens for itself is its own affair. */
function listOpenedSince(): string[] {
  return listOpenFiles().filter((file) => file.startsWith(temporary) && !openedBefore.has(file));
}

function listOpenFiles(): string[] {
  return listDirectory('/proc/self/fd').flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)];
    } catch {
      return []; // closed between listing and reading
    }
  });
}

function listDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // it ended, or belongs to somebody else
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
