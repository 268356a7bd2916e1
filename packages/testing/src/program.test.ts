import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTempDirectory, startProgram } from './index.ts';

function writeProgram(text: string): string {
  const file = join(makeTempDirectory(), 'program.ts');
  writeFileSync(file, text);
  return file;
}

describe('startProgram', () => {
  it('talks with a program by lines, and gives it arguments and environment', async () => {
    const program = startProgram(
      writeProgram(`
        console.log(process.argv[2] as string, process.env.COLOUR);
        process.stdin.once('data', (text: Buffer) => { console.log('heard ' + text.toString()); process.exit(3); });
      `),
      ['first'],
      { env: { COLOUR: 'blue' } },
    );
    expect(await program.readLine()).toBe('first blue');
    program.writeLine('hello');
    expect(await program.readLine()).toBe('heard hello');
    expect(await program.ended).toMatchObject({ exitCode: 3, signal: null });
  });

  it('says what went wrong when the program ends without the line that was waited for', async () => {
    const program = startProgram(writeProgram(`throw new Error('no luck')`));
    await expect(program.readLine()).rejects.toThrow('no luck');
  });

  it('kills and waits for the end', async () => {
    const program = startProgram(writeProgram(`console.log('up'); setInterval(() => {}, 1000)`));
    await program.readLine();
    expect(await program.kill('SIGTERM')).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
    expect(() => process.kill(program.pid, 0)).toThrow('ESRCH');
  });
});
