import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isOrcError } from '@orc/errors';
import { makeTempDirectory, waitUntil } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { findIdentity, run, runOrThrow } from './index.ts';

const cwd = import.meta.dirname;
const node = (script: string, options: Partial<Parameters<typeof run>[2]> = {}) =>
  run(process.execPath, ['-e', script], { cwd, ...options });

describe('run', () => {
  it('gives both streams and the exit code, and takes a failure for a result', async () => {
    const result = await node('console.log("out"); console.error("err"); process.exitCode = 3');
    expect(result).toEqual({ exitCode: 3, signal: null, stdout: 'out\n', stderr: 'err\n' });
  });

  it('hands every argument over as it is, with no shell in between', async () => {
    const args = [
      '',
      'two words',
      '$(id)',
      '`id`',
      '"quoted"',
      "it's",
      '*',
      'new\nline',
      '; rm -rf x',
      '--',
      'ö',
    ];
    const result = await run(
      process.execPath,
      ['-p', 'JSON.stringify(process.argv.slice(1))', '--', ...args],
      { cwd },
    );
    expect(JSON.parse(result.stdout)).toEqual(args);
  });

  it('runs in the directory it was told', async () => {
    const directory = makeTempDirectory();
    const result = await node('process.stdout.write(process.cwd())', { cwd: directory });
    expect(result.stdout).toBe(directory);
  });

  it('gives the program exactly the environment it was told', async () => {
    const result = await node('process.stdout.write(JSON.stringify(process.env))', { env: { ONLY: 'this' } });
    expect(JSON.parse(result.stdout)).toEqual({ ONLY: 'this' });
  });

  it('writes the input and closes it', async () => {
    const result = await node('process.stdin.pipe(process.stdout)', { input: 'grüße\n' });
    expect(result.stdout).toBe('grüße\n');
  });

  it('is not disturbed by a program that does not read its input', async () => {
    const result = await node('process.stdin.destroy()', { input: 'x'.repeat(4_000_000) });
    expect(result.exitCode).toBe(0);
  });

  it('keeps a character whole whose bytes come in two writes', async () => {
    const script = `const b = Buffer.from('€'); process.stdout.write(b.subarray(0, 1), () => setTimeout(() => process.stdout.write(b.subarray(1)), 30))`;
    expect((await node(script)).stdout).toBe('€');
  });

  it('gives every byte when asked for one character per byte', async () => {
    const script = 'process.stdout.write(Buffer.from([0xff, 0, 0xc3, 0xbc]))';
    expect((await node(script, { encoding: 'latin1' })).stdout).toBe('\xff\0\xc3\xbc');
  });

  it('says which signal ended the program', async () => {
    const result = await node('process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 5000)');
    expect(result).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
  });

  it('refuses a program that does not exist', async () => {
    await expect(run('no-such-program', [], { cwd })).rejects.toMatchObject({
      code: 'ORC_PROCESS_NOT_FOUND',
      details: { file: 'no-such-program' },
    });
  });

  it('blames the directory, not the program, when the directory does not exist', async () => {
    await expect(node('0', { cwd: '/no/such/directory' })).rejects.toMatchObject({
      code: 'ORC_PROCESS_NO_DIRECTORY',
      details: { cwd: '/no/such/directory' },
    });
    const file = join(makeTempDirectory(), 'gone');
    await expect(node('0', { cwd: file })).rejects.toMatchObject({ code: 'ORC_PROCESS_NO_DIRECTORY' });
    await expect(node('0', { cwd: import.meta.filename })).rejects.toMatchObject({
      code: 'ORC_PROCESS_NO_DIRECTORY',
    });
  });

  it('leaves other errors of the system as they are', async () => {
    const failure: unknown = await run(import.meta.filename, [], { cwd }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'EACCES' });
    expect(isOrcError(failure)).toBe(false);
  });
});

describe('giving up', () => {
  it('kills a program that does not end in time, even one that ignores SIGTERM', async () => {
    const directory = makeTempDirectory();
    const script = 'trap "" TERM; echo $$ > pid; while true; do sleep 1; done';
    const running = run('sh', ['-c', script], { cwd: directory, timeoutMs: 1_000 });
    await expect(running).rejects.toMatchObject({
      code: 'ORC_PROCESS_TIMED_OUT',
      details: { timeoutMs: 1_000 },
    });
    expect(findIdentity(Number(readFileSync(join(directory, 'pid'), 'utf8')))).toBeUndefined();
  });

  it('ends in time, and kills a grandchild that keeps the output open', async () => {
    const directory = makeTempDirectory();
    const startedAt = performance.now();
    const running = run('sh', ['-c', 'sleep 60 & echo $! > pid; wait'], { cwd: directory, timeoutMs: 1_000 });
    await expect(running).rejects.toMatchObject({ code: 'ORC_PROCESS_TIMED_OUT' });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    const grandchild = Number(readFileSync(join(directory, 'pid'), 'utf8'));
    await waitUntil(() => findIdentity(grandchild) === undefined, { what: 'the end of the grandchild' });
  });

  it('ends in time when what the program left behind is nobody’s child any more', async () => {
    const directory = makeTempDirectory();
    const script = '(sleep 30 & echo $! > pid)';
    await expect(run('sh', ['-c', script], { cwd: directory, timeoutMs: 1_000 })).rejects.toMatchObject({
      code: 'ORC_PROCESS_TIMED_OUT',
    });
    process.kill(Number(readFileSync(join(directory, 'pid'), 'utf8')), 'SIGKILL');
  });

  it.each(['stdout', 'stderr'])('kills a program that floods its %s', async (stream) => {
    const script = `const flood = () => process.${stream}.write('x'.repeat(65536), flood); flood()`;
    await expect(node(script, { bytesMax: 200_000 })).rejects.toMatchObject({
      code: 'ORC_PROCESS_TOO_MUCH_OUTPUT',
      details: { bytesMax: 200_000 },
    });
  });

  it('accepts output of exactly the limit', async () => {
    const result = await node('process.stdout.write("x".repeat(1000))', { bytesMax: 1000 });
    expect(result.stdout).toHaveLength(1000);
  });
});

describe('runOrThrow', () => {
  it('gives what the program printed', async () => {
    expect(await runOrThrow(process.execPath, ['-p', '6 * 7'], { cwd })).toBe('42\n');
  });

  it('throws with the exit code and the error output when the program fails', async () => {
    const failing = runOrThrow('sh', ['-c', 'echo no luck >&2; exit 4'], { cwd });
    await expect(failing).rejects.toMatchObject({
      code: 'ORC_PROCESS_FAILED',
      message: '"sh -c echo no luck >&2; exit 4" ended with exit code 4: no luck',
      details: { exitCode: 4, stderr: 'no luck\n' },
    });
  });

  it('throws when a signal ended the program', async () => {
    const failing = runOrThrow('sh', ['-c', 'kill -9 $$'], { cwd });
    await expect(failing).rejects.toThrow('ended with a signal: it printed no error');
  });

  it('never runs what stands in an argument', async () => {
    const directory = makeTempDirectory();
    await runOrThrow('echo', ['$(touch made)', '; touch made'], { cwd: directory });
    expect(existsSync(join(directory, 'made'))).toBe(false);
  });
});
