import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { appendJsonl, readJsonl } from '../src/index.ts';

const LIMIT_BYTES = 4 * 1024;

describe('a disk that runs full in the middle of a line', () => {
  it('is reported, costs only the record that did not fit, and the next one is whole', () => {
    const path = join(makeTempDirectory(), 'log.jsonl');
    // A limit on the size of files cuts a write off just as a full disk does, and anybody may set one.
    const said = execFileSync(
      'bash',
      [
        '-c',
        `ulimit -f ${LIMIT_BYTES / 1024}; exec "$@"`,
        'bash',
        process.execPath,
        '--conditions=@orc/source',
        '--import',
        createRequire(import.meta.url).resolve('tsx'),
        join(import.meta.dirname, 'programs', 'append-until-full.ts'),
        path,
      ],
      { encoding: 'utf8' },
    );
    const [count, code] = said.split(/[ :]/);
    expect(code).toBe('ORC_JSONL_CANNOT_APPEND');
    expect(statSync(path).size).toBe(LIMIT_BYTES);

    appendJsonl(path, 'there is space again');
    const lines = [...readJsonl(path)];
    expect(lines.filter((line) => line.ok)).toHaveLength(Number(count) + 1);
    expect(lines.filter((line) => !line.ok)).toHaveLength(1);
    expect(lines.at(-1)).toMatchObject({ ok: true, value: 'there is space again' });
  });
});
