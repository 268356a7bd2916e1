import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Client, MovedMessage } from '@orc/contracts';
import { textOf, type Command } from '../command.ts';
import { errors } from '../errors.ts';
import { count } from '../status-text.ts';
import { writeAt } from '../write-at.ts';

/** Messages per call: a page is small enough for any body that the ledger takes. */
const PAGE = 500;

const exportAll: Command = {
  path: 'msg export',
  summary:
    'Write everything that is still owed to a file: undelivered messages, and tasks without an outcome',
  positionals: [{ name: 'file', describe: 'Where to' }],
  examples: [['orc msg export pending.json', 'writes what is queued, leased or injected, and open tasks']],
  async run(args, { connect, directory }) {
    const path = resolve(directory, textOf(args, 'file'));
    const written = await writeAll(await connect(), path);
    return { json: { count: written }, text: `wrote ${count(written, 'message')}` };
  },
};

/** Page by page, so that no number of messages is too large; the file appears whole or not at all. */
async function writeAll(client: Client, path: string): Promise<number> {
  const draft = `${path}.part`;
  const file = writeAt(path, () => openSync(draft, 'w', 0o600));
  try {
    const write = (text: string) => writeAt(path, () => writeSync(file, text));
    const written = await writePages(client, write).finally(() => closeSync(file));
    writeAt(path, () => renameSync(draft, path));
    return written;
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

async function writePages(client: Client, write: (text: string) => void): Promise<number> {
  let written = 0;
  let afterSeq = 0;
  write('[');
  for (;;) {
    const { messages } = await client.call('exportMessages', { query: { afterSeq, limit: PAGE } });
    for (const message of messages) {
      write(`${written === 0 ? '' : ','}\n${JSON.stringify(message)}`);
      written += 1;
    }
    const last = messages.at(-1);
    if (!last) break;
    afterSeq = last.seq;
  }
  write('\n]\n');
  return written;
}

const importAll: Command = {
  path: 'msg import',
  summary:
    'Queue the messages of such a file again, with their own ids and senders; those that are known are left alone',
  positionals: [{ name: 'file', describe: 'File of "orc msg export"' }],
  examples: [['orc msg import pending.json', 'queues them, none twice']],
  async run(args, { connect }) {
    const messages = readMessages(textOf(args, 'file'));
    const pages = Array.from({ length: Math.ceil(messages.length / PAGE) }, (_, index) =>
      messages.slice(index * PAGE, (index + 1) * PAGE),
    );
    const client = await connect();
    // All of it is checked before any of it is written.
    for (const page of pages)
      await client.call('importMessages', { body: { messages: page, isDryRun: true } });
    let added = 0;
    for (const page of pages)
      added += (await client.call('importMessages', { body: { messages: page } })).added;
    const known = messages.length - added;
    const rest = known === 0 ? '' : `, ${count(known, 'message')} known already`;
    return { json: { count: messages.length, added }, text: `queued ${count(added, 'message')}${rest}` };
  },
};

function readMessages(path: string): MovedMessage[] {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (Array.isArray(value)) return value as MovedMessage[];
  } catch (error) {
    throw errors.notReadable(path, error);
  }
  throw errors.notReadable(path, new TypeError('it holds no list of messages'));
}

export const messageFileCommands: readonly Command[] = [exportAll, importAll];
