import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, test } from 'vitest';
import { findLanguage, planChange, slugOf, type Language } from './change.ts';

const task = {
  title: `It's "hard" */ to $(quote) 漢字`,
  objective: 'x',
  criteria: ["don't break", 'back\\slash'],
};
const languages: Language[] = ['javascript', 'python', 'shell'];

test('writes where the role works', () => {
  const pathsOf = (role: string, language: Language = 'javascript') =>
    planChange('T1', { ...task, title: 'Add a thing' }, role, language).files.map(({ path }) => path);
  expect(pathsOf('developer')).toEqual(['src/add-a-thing-t1.mjs', 'docs/changes/add-a-thing-t1.md']);
  expect(pathsOf('developer', 'python')).toEqual(['src/add_a_thing_t1.py', 'docs/changes/add-a-thing-t1.md']);
  expect(pathsOf('tester')).toEqual(['tests/add-a-thing-t1.test.mjs']);
  expect(pathsOf('testrunner')).toEqual(['test-results/add-a-thing-t1.md']);
  expect(pathsOf('sysadmin')).toEqual(['infrastructure/add-a-thing-t1.md']);
  expect(pathsOf('some-new-role')).toEqual(pathsOf('developer'));
});

test('touches no file of another task with the same title, and the same ones when a task comes again', () => {
  const paths = (id: string) => planChange(id, task, 'developer', 'shell').files.map(({ path }) => path);
  expect(paths('T1').filter((path) => paths('T2').includes(path))).toEqual([]);
  expect(paths('T1')).toEqual(paths('T1'));
});

test('writes sources and tests that their language accepts, whatever the task is called', () => {
  const directory = makeTempDirectory();
  const checks: Record<string, [string, string[]]> = {
    mjs: [process.execPath, ['--check']],
    py: ['python3', ['-m', 'py_compile']],
    sh: ['/bin/sh', ['-n']],
  };
  for (const language of languages)
    for (const role of ['developer', 'tester'])
      for (const { path, text } of planChange('9', task, role, language).files) {
        const file = join(directory, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
        const [program, args] = checks[path.slice(path.lastIndexOf('.') + 1)] ?? ['true', []];
        execFileSync(program, [...args, file], { stdio: 'pipe' });
      }
});

test('knows the language of a project by the files at its root', () => {
  const directory = makeTempDirectory();
  expect(findLanguage(directory)).toBe('shell');
  writeFileSync(join(directory, 'requirements.txt'), '');
  expect(findLanguage(directory)).toBe('python');
  writeFileSync(join(directory, 'package.json'), '{}');
  expect(findLanguage(directory)).toBe('javascript');
});

test('makes a name of anything', () => {
  expect(slugOf('Add: the (big) Thing!')).toBe('add-the-big-thing');
  expect(slugOf('漢字')).toBe('task');
  expect(slugOf('x'.repeat(99))).toHaveLength(40);
  expect(slugOf('Write the Celsius and Fahrenheit conversion functions')).toBe(
    'write-the-celsius-and-fahrenheit',
  );
});

test('takes the number of a numbered id and any other id whole', () => {
  const path = (id: string) => planChange(id, task, 'tester', 'shell').files[0]?.path;
  expect(path('demo.t-01-write-celsius')).toMatch(/-t-01\.md$/);
  expect(path('m1abc')).toMatch(/-m1abc\.md$/);
});
