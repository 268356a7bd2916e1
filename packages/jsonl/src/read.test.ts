import { appendFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeTempDirectory } from '@orc/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonl, readJsonlBackwards, type JsonlLine } from './index.ts';

const shown = (line: JsonlLine) => (line.ok ? line.value : `[${line.text}]`);

function makeFile(text: string, name = 'log.jsonl'): string {
  const path = join(makeTempDirectory(), name);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

describe('a file that is read from its end', () => {
  it('gives the same lines in the other order, whatever their length, packed or not', () => {
    const line = fc.oneof(
      fc.json(),
      fc.string().map((text) => JSON.stringify(text)),
      fc.integer({ min: 21_000, max: 50_000 }).map((length) => JSON.stringify('€'.repeat(length))),
      fc.constantFrom('', '{"cut'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.boolean(), fc.boolean(), (lines, ends, packed) => {
        const text = lines.join('\n') + (ends ? '\n' : '');
        const path = makeFile(text, packed ? 'log.jsonl.gz' : 'log.jsonl');
        const forwards = [...readJsonl(path)].map(shown);
        expect([...readJsonlBackwards(path)].map(shown).reverse()).toEqual(forwards);
        expect(forwards).toHaveLength(lines.filter((each) => each !== '').length);
      }),
      { numRuns: 12 },
    );
  });

  it('counts lines from -1 and reads no more of them than are taken', () => {
    const path = makeFile('');
    // Nobody could read a terabyte of nothing in the time of a test.
    truncateSync(path, 2 ** 40);
    appendFileSync(path, '\n"one"\n"last"\n');
    const [first, second] = readJsonlBackwards(path);
    expect([first, second]).toEqual([
      { line: -1, ok: true, value: 'last' },
      { line: -2, ok: true, value: 'one' },
    ]);
  });

  it('is empty where there is none', () => {
    expect([...readJsonlBackwards(join(makeTempDirectory(), 'none'))]).toEqual([]);
    expect([...readJsonl(join(makeTempDirectory(), 'none.gz'))]).toEqual([]);
  });

  it('hides no error of the system', () => {
    expect(() => [...readJsonlBackwards(makeTempDirectory())]).toThrow('EISDIR');
    expect(() => [...readJsonl(makeTempDirectory())]).toThrow('EISDIR');
  });
});

it('a line that is too long for any record is left out, wherever it stands', () => {
  const path = makeFile('1\n');
  const grow = (bytes: number) => truncateSync(path, statSync(path).size + bytes);
  grow(64 * 1024 * 1024 + 1);
  appendFileSync(path, '\n2\n');
  grow(64 * 1024 * 1024 + 1);
  const text = 'a line of more than 64 MiB, which was left out';
  expect([...readJsonl(path)]).toEqual([
    { line: 1, ok: true, value: 1 },
    { line: 2, ok: false, text },
    { line: 3, ok: true, value: 2 },
    { line: 4, ok: false, text },
  ]);
});
