import { mkdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createClaudeRuntime } from '@orc/agent-runtime';
import { makeTempDirectory } from '@orc/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { makeCreditHouse } from '../../fixtures/credit-house.ts';
import { DaemonConfig } from '../config/schema.ts';
import type { Parts } from '../parts.ts';
import { createScheduleFile } from './schedule-file.ts';

const START = Date.UTC(2030, 0, 1, 10);
const MINUTE = 60_000;
const iso = (at: number) => new Date(at).toISOString();

/** The file as it is kept for the agents of a house, in a home of its own. */
function makeSchedule(house: ReturnType<typeof makeCreditHouse>) {
  const home = makeTempDirectory('orc-home');
  const runtime = createClaudeRuntime({ command: ['claude'], homeDirectory: home, environment: {} });
  const directory = join(home, '.claude');
  const path = join(directory, 'credit_schedule.json');
  const parts = {
    ...house.parts,
    ...{ clock: house.clock, config: DaemonConfig.parse({}), log: pino({ level: 'silent' }) },
    runtimes: { find: () => runtime },
  } as unknown as Parts;
  const write = createScheduleFile(parts, house.parts.governor);
  const read = () => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  return { directory, path, write, read };
}

it('~/.claude/credit_schedule.json says who waits until when, and what has been', () => {
  const house = makeCreditHouse(['orchestrator', 'developer'], { start: START });
  const { directory, path, write, read } = makeSchedule(house);

  const resetsAt = START + 90 * MINUTE;
  house.hit('developer', resetsAt);
  house.pass(1_000);
  write();
  expect(existsSync(path), 'a client that was never started has no such directory').toBe(false);
  mkdirSync(directory);
  write();
  const waiting = { resets_at: iso(resetsAt), is_estimate: false, resumes_at: iso(resetsAt + 2 * MINUTE) };
  expect(read()).toMatchObject({
    ...{ version: 1, updated_at: iso(START + 1_000), last_reset: null },
    ...{ next_reset: iso(resetsAt), next_reset_is_estimate: false },
    agents: {
      'shop/developer': { status: 'exhausted', since: iso(START), ...waiting },
      'shop/orchestrator': { status: 'exhausted' },
    },
    history: [],
  });

  house.pass(93 * MINUTE);
  house.answer('developer');
  house.pass(5 * MINUTE);
  house.answer('orchestrator');
  house.pass(MINUTE);
  write();
  expect(read()).toMatchObject({
    last_reset: iso(resetsAt),
    agents: { 'shop/developer': { status: 'available' }, 'shop/orchestrator': { status: 'available' } },
    history: [
      { windows: ['five_hour'], limited_at: iso(START), reset_at: iso(resetsAt), is_estimate: false },
    ],
  });
});

it('names the next reset that is still to come, and none that has passed', () => {
  const house = makeCreditHouse(['developer'], { start: START });
  const { directory, write, read } = makeSchedule(house);
  mkdirSync(directory);
  const show = (five: number, seven: number) =>
    house.parts.listener.fromStatusLine(house.agent('developer'), {
      five_hour: { used_percentage: 10, resets_at: five / 1_000 },
      seven_day: { used_percentage: 20, resets_at: seven / 1_000 },
    });
  show(START + 90 * MINUTE, START + 300 * MINUTE);
  write();
  expect(read()).toMatchObject({ next_reset: iso(START + 90 * MINUTE) });
  house.pass(91 * MINUTE, MINUTE);
  write();
  expect(read()).toMatchObject({ next_reset: iso(START + 300 * MINUTE) });
  house.pass(300 * MINUTE, MINUTE);
  write();
  expect(read()).toMatchObject({ next_reset: null });

  // A limit that holds on after the end that was said has no next one.
  const resetsAt = house.clock.at + 10 * MINUTE;
  house.hit('developer', resetsAt);
  write();
  expect(read()).toMatchObject({ next_reset: iso(resetsAt) });
  house.pass(11 * MINUTE, MINUTE);
  write();
  expect(read()).toMatchObject({ next_reset: null, agents: { 'shop/developer': { status: 'exhausted' } } });
});
