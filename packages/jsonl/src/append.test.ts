import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { appendJsonl, readJsonl } from './index.ts';

const makePath = () => join(makeTempDirectory(), 'events.jsonl');

const hostile = {
  newlines: 'a\nb\r\nc',
  separators: '\u2028\u2029',
  nul: '\0',
  escape: '\u001b[31m',
  quote: '"}{"',
  lonely: '\ud800',
  wide: '💡',
};

describe('appendJsonl', () => {
  it('adds one line per record, in order', () => {
    const path = makePath();
    appendJsonl(path, { n: 1 });
    appendJsonl(path, [2]);
    appendJsonl(path, 'three');
    expect(readFileSync(path, 'utf8')).toBe('{"n":1}\n[2]\n"three"\n');
  });

  it('keeps a record on one line for every reader, whatever text it holds', () => {
    const path = makePath();
    appendJsonl(path, hostile);
    const text = readFileSync(path, 'utf8');
    expect(text.split(/[\n\r\u2028\u2029]/)).toHaveLength(2);
    expect([...readJsonl(path)]).toEqual([{ line: 1, ok: true, value: hostile }]);
  });

  it('makes the file and its directories for their owner only', () => {
    const directory = join(makeTempDirectory(), 'logs');
    const path = join(directory, 'events', 'day.jsonl');
    appendJsonl(path, 1);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it('leaves a line that was cut off to itself, and loses nothing after it', () => {
    const path = makePath();
    appendFileSync(path, '{"n":1}\n{"n":2,"te');
    appendJsonl(path, { n: 3 });
    appendJsonl(path, { n: 4 });
    expect([...readJsonl(path)]).toEqual([
      { line: 1, ok: true, value: { n: 1 } },
      { line: 2, ok: false, text: '{"n":2,"te' },
      { line: 3, ok: true, value: { n: 3 } },
      { line: 4, ok: true, value: { n: 4 } },
    ]);
  });

  it('says where it could not write', () => {
    const directory = makeTempDirectory();
    writeFileSync(join(directory, 'file'), '');
    mkdirSync(join(directory, 'taken'));
    for (const path of [join(directory, 'file', 'events.jsonl'), join(directory, 'taken')]) {
      expect(() => appendJsonl(path, 1)).toThrow(
        expect.objectContaining({ code: 'ORC_JSONL_CANNOT_APPEND', details: { path } }),
      );
    }
  });

  if (process.platform === 'linux') {
    it('reports a full disk', () => {
      const failure = attempt(() => appendJsonl('/dev/full', 1));
      expect(failure).toMatchObject({ code: 'ORC_JSONL_CANNOT_APPEND', cause: { code: 'ENOSPC' } });
    });
  }

  it('refuses what JSON cannot say, and writes nothing of it', () => {
    const path = makePath();
    const circle: { self?: unknown } = {};
    circle.self = circle;
    for (const record of [undefined, () => 1, Symbol('s'), 10n, { big: 10n }, circle]) {
      expect(() => appendJsonl(path, record)).toThrow(
        expect.objectContaining({ code: 'ORC_JSONL_NOT_JSON' }),
      );
    }
    expect([...readJsonl(path)]).toEqual([]);
  });
});

describe('readJsonl', () => {
  it('gives nothing for a file that does not exist', () => {
    expect([...readJsonl(makePath())]).toEqual([]);
  });

  it('skips empty lines, takes both line ends, and counts every line', () => {
    const path = makePath();
    writeFileSync(path, '1\r\n\n2\nbroken\n3');
    expect([...readJsonl(path)]).toEqual([
      { line: 1, ok: true, value: 1 },
      { line: 3, ok: true, value: 2 },
      { line: 4, ok: false, text: 'broken' },
      { line: 5, ok: true, value: 3 },
    ]);
  });

  it('does not hide other errors of the system', () => {
    expect(() => [...readJsonl(makeTempDirectory())]).toThrow('EISDIR');
  });
});

function attempt(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
