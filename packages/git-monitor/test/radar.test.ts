import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { makeGitRepository } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { makeShop, openMonitor } from './support.ts';

const TIMEOUT_MS = 120_000;

describe('the radar', () => {
  it(
    'tells both owners of a conflict before anybody merges, also of files that are not committed',
    async () => {
      const repository = makeGitRepository();
      repository.commit(
        { 'src/price.ts': 'export const price = 1;\n', 'old.ts': 'x\n', 'docs/a.md': 'a\n' },
        'Base',
      );
      const { watched, at } = makeShop(['developer', 'tester', 'devops'], repository);
      at('developer').commit(
        { 'src/price.ts': 'export const price = 2;\n' },
        'Raise the price',
        1_900_000_000,
      );
      at('tester').commit({ 'src/price.ts': 'export const price = 3;\n' }, 'Try a price', 1_900_000_100);
      at('devops').write({ 'new.ts': 'one\n' });
      at('tester').write({ 'new.ts': 'two\n' });
      const monitor = openMonitor();
      const before = fingerprint(repository.path);
      const status = at('tester').git('status', '--porcelain');

      const radar = await monitor.radar(watched);
      expect(radar.owners).toEqual(['shop/developer', 'shop/devops', 'shop/tester']);
      const pairs = Object.fromEntries(radar.pairs.map((pair) => [pair.owners.join(' '), pair]));
      expect(pairs['shop/developer shop/tester']).toMatchObject({
        status: 'conflict',
        conflicts: [{ file: 'src/price.ts', kind: 'contents', isUncommitted: false }],
        order: { first: 'shop/developer', second: 'shop/tester', why: 'backend is merged before tests' },
      });
      expect(pairs['shop/devops shop/tester']).toMatchObject({
        status: 'conflict',
        conflicts: [{ file: 'new.ts', kind: 'add/add', isUncommitted: true }],
      });
      expect(pairs['shop/developer shop/devops']).toMatchObject({ status: 'clean' });
      expect(radar.rehearsed).toBe(3);

      // Nothing of a rehearsal is in the repository, and nobody's index or files are different.
      expect(fingerprint(repository.path)).toBe(before);
      expect(at('tester').git('status', '--porcelain')).toBe(status);

      expect((await monitor.radar(watched)).rehearsed).toBe(0);
      at('developer').git('reset', '--quiet', '--hard', 'main');
      const after = await monitor.radar(watched);
      expect(after).toMatchObject({ owners: ['shop/devops', 'shop/tester'], rehearsed: 0 });
    },
    TIMEOUT_MS,
  );

  it(
    'knows the other ways in which two cannot both be right',
    async () => {
      const repository = makeGitRepository();
      repository.commit({ 'gone.ts': 'a\nb\nc\n', 'both.ts': '1\n2\n3\n4\n5\n6\n7\n8\n9\n' }, 'Base');
      const { watched, at } = makeShop(['developer', 'tester'], repository);
      at('developer').git('rm', '--quiet', 'gone.ts');
      at('developer').commit(
        { 'both.ts': 'one\n2\n3\n4\n5\n6\n7\n8\n9\n', path: 'a file\n' },
        'Remove a file',
      );
      at('tester').commit(
        { 'gone.ts': 'a\nb\nc\nd\n', 'both.ts': '1\n2\n3\n4\n5\n6\n7\n8\nnine\n', 'path/x.ts': '\n' },
        'Change it',
      );
      const [pair] = (await openMonitor().radar(watched)).pairs;
      expect(pair?.overlaps).toEqual(['both.ts']);
      const kinds = Object.fromEntries((pair?.conflicts ?? []).map(({ file, kind }) => [file, kind]));
      expect(kinds['gone.ts']).toBe('modify/delete');
      expect(Object.values(kinds)).toContain('file/directory');
    },
    TIMEOUT_MS,
  );
});

/** Every object and reference of a repository. */
function fingerprint(path: string): string {
  const refs = execFileSync('git', ['for-each-ref'], { cwd: path, encoding: 'utf8' });
  return refs + readdirSync(`${path}/.git/objects`, { recursive: true }).map(String).sort().join('\n');
}
