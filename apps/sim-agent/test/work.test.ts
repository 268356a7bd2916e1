import { expect, test } from 'vitest';
import { waitUntil } from '@orc/testing';
import { makePlace, startSim, waiterHook } from './sim.ts';

const task = (id: string, title: string) =>
  `[orc:${id}] task from shop/orchestrator (priority 5)\nTASK [${id}]: ${title}\nObjective: sell more\nSuccess Criteria:\n- it's sold\nPriority: HIGH`;

test('reads its briefing, does its task for real, commits it by the rules, and reports start and end', async () => {
  const place = makePlace();
  const prompt = `[orc:b1] briefing from shop/orchestrator\nYou are the developer.\n\n${task('T1', 'Add a cart')}`;
  const sim = startSim(place, {
    args: ['--settings', place.settings(), '--scenario', place.scenario({}), '--', prompt],
  });
  await sim.shows('(orc:T1 handled)');
  await waitUntil(() => place.names().includes('Stop'));
  const git = (...args: string[]) => place.project.git(...args);
  const commit = git('rev-parse', '--short', 'HEAD');
  expect(git('show', '--format=%s', '--name-only', 'HEAD').split('\n')).toEqual([
    'Complete: Add a cart',
    '',
    'docs/changes/add-a-cart-t1.md',
    'src/add-a-cart-t1.sh',
  ]);
  expect(git('tag')).toMatch(/^stable-add-a-cart-\d{8}-\d{6}$/);
  expect(git('status', '--short')).toBe('');
  expect(place.commands()).toEqual([
    'orc <task> <start> <T1>',
    `orc <task> <done> <T1> <Add a cart: wrote src/add-a-cart-t1.sh and docs/changes/add-a-cart-t1.md, commit ${commit}>`,
  ]);
  expect(sim.screen()).toContain('I am shop/developer and have read my briefing.');
});

test('takes a task from a hook in the middle of another, and a second copy of it changes nothing', async () => {
  const place = makePlace();
  place.giveContext('PostToolUse', task('T2', 'Add a till'));
  place.giveContext('Stop', task('T1', 'Add a cart'));
  const sim = startSim(place, {
    args: ['--settings', place.settings(), '--scenario', place.scenario({}), '--', task('T1', 'Add a cart')],
  });
  await sim.shows('(orc:T2 handled)');
  await sim.shows('Message T1 came a second time; I have acted on it before.');
  expect(place.project.git('log', '--format=%s')).toBe('Complete: Add a till\nComplete: Add a cart\nStart');
  expect(place.commands().map((command) => command.split(' ').slice(0, 4).join(' '))).toEqual([
    'orc <task> <start> <T1>',
    'orc <task> <done> <T1>',
    'orc <task> <start> <T2>',
    'orc <task> <done> <T2>',
  ]);
});

test('commits nothing twice when a task comes again after a crash before its end was reported', async () => {
  const place = makePlace();
  const faults = [{ kind: 'crash', afterTools: 3, signal: 'SIGKILL' }];
  const args = ['--scenario', place.scenario({ faults }), '--', task('T1', 'Add a cart')];
  expect(await startSim(place, { args }).ended()).toBe(137);
  expect(place.project.git('log', '--format=%s')).toBe('Complete: Add a cart\nStart');
  await startSim(place, { args }).shows('(orc:T1 handled)');
  expect(place.project.git('log', '--format=%s')).toBe('Complete: Add a cart\nStart');
  expect(place.commands().at(-1)).toMatch(/^orc <task> <done> <T1>/);
});

test('answers a question that wakes it, in the status template', async () => {
  const place = makePlace();
  const settings = place.settings({ SessionStart: waiterHook });
  startSim(place, { args: ['--settings', settings, '--scenario', place.scenario({})] });
  await waitUntil(() => place.waiterCount() === 1);
  place.mail('[orc:q1] status from shop/pm (reply expected within 10m)\nHow far are you?');
  await waitUntil(() => place.commands().length === 1);
  expect(place.commands()[0]).toMatch(
    /^orc <send> <shop\/pm> <--in-reply-to> <q1> <STATUS \[shop\/developer\] \[.*\]\|Completed:\|- nothing yet\|Current: waiting for work\|Blocked: no\|ETA: none>$/,
  );
});

test('commits on a machine that has no git identity', async () => {
  const place = makePlace();
  for (const key of ['user.name', 'user.email']) place.project.git('config', '--unset', key);
  const args = ['--scenario', place.scenario({}), '--', task('T1', 'Add a cart')];
  const environment = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  await startSim(place, { args, environment }).shows('(orc:T1 handled)');
  expect(place.project.git('log', '-1', '--format=%an')).toBe('developer (simulation)');
});

test('fails a task that it cannot commit, with the reason', async () => {
  const place = makePlace();
  place.project.git('config', 'core.hooksPath', 'hooks');
  place.project.commit(
    { 'hooks/pre-commit': '#!/bin/sh\necho "no commits today" >&2\nexit 1\n' },
    'Add a hook',
  );
  place.project.git('update-index', '--chmod=+x', 'hooks/pre-commit');
  place.project.git('checkout', '--', 'hooks/pre-commit');
  const args = ['--scenario', place.scenario({}), '--', task('T1', 'Add a cart')];
  await startSim(place, { args }).shows('Task T1 failed');
  expect(place.commands().at(-1)).toBe('orc <task> <fail> <T1> <the commit failed: no commits today>');
});

test('plays faster and slower as the pace says', async () => {
  const place = makePlace();
  const scenario = place.scenario({ thinkMs: 60_000 });
  const sim = startSim(place, {
    args: ['--scenario', scenario, 'hello'],
    environment: { ORC_SIM_PACE: '0' },
  });
  await sim.shows('This is a simulation without a model');
});
