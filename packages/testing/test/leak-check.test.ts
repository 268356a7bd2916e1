import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTempDirectory } from '../src/index.ts';

interface Report {
  readonly testResults: { readonly name: string; readonly status: string; readonly message: string }[];
}

function runLeakyFiles(): Report {
  const directory = makeTempDirectory();
  const output = join(directory, 'report.json');
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const config = join(import.meta.dirname, 'leaks', 'vitest.config.ts');
  const args = ['run', '--config', config, '--reporter=json', `--outputFile=${output}`];
  spawnSync(process.execPath, [vitest, ...args], {
    env: { ...process.env, TMPDIR: directory },
    stdio: 'ignore',
  });
  return JSON.parse(readFileSync(output, 'utf8')) as Report;
}

describe('the leak check', () => {
  it('fails a test file that leaves a process, a tmux server or an open file, and only such a one', () => {
    const results = runLeakyFiles().testResults;
    const messageOf = (name: string) => results.find((result) => result.name.endsWith(name))?.message;
    expect(messageOf('none.leak.ts')).toBe('');
    expect(messageOf('process.leak.ts')).toMatch(/left something behind.*\nprocess \d+: sleep 7301$/);
    expect(messageOf('tmux.leak.ts')).toMatch(/\nprocess \d+: tmux .*\nprocess \d+: sleep 7302$/s);
    expect(messageOf('file.leak.ts')).toMatch(/\nopen file .*open\.db$/);
  });
});
