import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, test } from 'vitest';
import { openFaults, roleOf } from './faults.ts';
import type { Fault } from './scenario.ts';

const progress = { turns: 0, tools: 0, news: '' };

function makeFaults(faults: readonly Fault[], agent = 'shop/developer') {
  const path = join(makeTempDirectory(), 'sim', 'agent.json');
  return { path, open: (as = agent) => openFaults({ faults, agent: as, path }) };
}

test('happens once, and not again after a restart', () => {
  const { open } = makeFaults([{ kind: 'crash' }]);
  const faults = open();
  expect(faults.take('crash', progress)).toBeDefined();
  expect(faults.take('crash', progress)).toBeUndefined();
  expect(open().take('crash', progress)).toBeUndefined();
});

test('happens as often as asked, restarts included', () => {
  const twice = makeFaults([{ kind: 'crash', times: 2 }]);
  expect([1, 2, 3].map(() => twice.open().take('crash', progress) !== undefined)).toEqual([
    true,
    true,
    false,
  ]);
  const always = makeFaults([{ kind: 'crash', times: 'always' }]);
  expect([1, 2, 3].every(() => always.open().take('crash', progress))).toBe(true);
});

test('waits for its turns, its tool calls, and its message', () => {
  const { open } = makeFaults([{ kind: 'crash', afterTurns: 2, afterTools: 1, onMessage: 'task' }]);
  const faults = open();
  expect(faults.take('crash', { turns: 1, tools: 5, news: 'a task' })).toBeUndefined();
  expect(faults.take('crash', { turns: 2, tools: 0, news: 'a task' })).toBeUndefined();
  expect(faults.take('crash', { turns: 2, tools: 1, news: 'a note' })).toBeUndefined();
  expect(faults.take('crash', { turns: 2, tools: 1, news: 'a task' })).toBeDefined();
});

test('is limited to an agent or to all agents of a role', () => {
  const { open } = makeFaults([{ kind: 'hang', agent: 'tester', times: 'always' }]);
  expect(open('shop/developer').take('hang')).toBeUndefined();
  expect(open('shop/tester').take('hang')).toBeDefined();
  expect(open('shop/tester-2').take('hang')).toBeDefined();
  expect(roleOf('shop/project-manager-2')).toBe('project-manager');
  expect(roleOf('')).toBe('');
});

test('swallows as many Enters in a row as it says', () => {
  const faults = makeFaults([{ kind: 'swallowEnter', count: 2 }]).open();
  expect([1, 2, 3, 4].map(() => faults.takeCounted('swallowEnter'))).toEqual([true, true, false, false]);
});

test('keeps a usage limit over a restart until it is reset', () => {
  const { open } = makeFaults([]);
  open().setLimit({ resetsAt: 1_000, type: 'five_hour', doesResume: true, resumeDelayMs: 0 });
  expect(open().findLimit(999)).toMatchObject({ resetsAt: 1_000 });
  expect(open().findLimit(1_000)).toBeUndefined();
});

test('starts anew when its file is damaged', () => {
  const { open, path } = makeFaults([{ kind: 'crash' }]);
  open().take('crash');
  writeFileSync(path, '{"happ');
  expect(open().take('crash')).toBeDefined();
});
