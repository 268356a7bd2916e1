import { expect, it } from 'vitest';
import { createSurroundings } from '../surroundings.ts';
import { command } from './up.ts';

const untouched = () => Promise.reject(new Error('the daemon was asked'));

it.each([
  [{ resume: true, 'dry-run': true }, /--dry-run does not go with --resume/],
  [{ resume: true, spec: 'SPEC.md' }, /--spec does not go with --resume/],
  [{ resume: true, runtime: 'sim' }, /--runtime does not go with --resume/],
  [{ 'status-only': true }, /--status-only needs --resume/],
  [{ 'rebrief-all': true, project: '.' }, /--rebrief-all needs --resume/],
])('refuses %o before the daemon is asked', async (options, problem) => {
  const args = { positionals: {}, options };
  const surroundings = { ...createSurroundings(args), connect: untouched };
  await expect(command.run(args, surroundings)).rejects.toThrowError(problem);
});
