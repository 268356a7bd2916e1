import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { createBodyFiles, type MailMessage } from './index.ts';

const message = (id: string, body = 'é'): MailMessage => ({
  ...{ id, body, sender: 'shop/pm', kind: 'note', priority: 50, replyBy: null, repliedAt: null },
});

function open(directory = join(makeTempDirectory(), 'mail')) {
  const failures: [string, unknown][] = [];
  const files = createBodyFiles(directory, (error, { id }) => failures.push([id, error]));
  return { directory, files, failures };
}

it.each(['m1', 'a/b', '../../../x', '%'])('keeps the body of %s in one file of the directory', (id) => {
  const { directory, files } = open();
  const kept = files.spill(message(id));
  expect(files.spill(message(id))).toEqual(kept);
  const path = kept?.path ?? '';
  expect(dirname(path)).toBe(directory);
  expect(readFileSync(path, 'utf8')).toBe('é');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(kept?.sha256).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
});

it('tells of a body that could not be written, and goes on', () => {
  const { directory, files, failures } = open();
  mkdirSync(dirname(directory), { recursive: true });
  writeFileSync(directory, 'in the way');
  expect(files.spill(message('m1'))).toBeUndefined();
  expect(failures).toMatchObject([['m1', { code: 'EEXIST' }]]);
});

it('removes the files of messages that nobody knows any more, and nothing else', () => {
  const { directory, files } = open();
  expect(files.prune(() => false)).toBe(0);
  for (const id of ['old', 'a/old', 'a/known']) files.spill(message(id));
  writeFileSync(join(directory, 'of-somebody-else'), '');
  expect(files.prune((id) => id === 'a/known')).toBe(2);
  expect(readdirSync(directory).sort()).toEqual(['a%2Fknown.txt', 'of-somebody-else']);
});
