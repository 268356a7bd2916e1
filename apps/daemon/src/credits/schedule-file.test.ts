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

it('~/.claude/credit_schedule.json says who waits until when, and what has been', () => {
  const house = makeCreditHouse(['orchestrator', 'developer'], { start: START });
  const home = makeTempDirectory('orc-home');
  const runtime = createClaudeRuntime({ command: ['claude'], homeDirectory: home, environment: {} });
  const path = join(home, '.claude', 'credit_schedule.json');
  const parts = {
    ...house.parts,
    ...{ clock: house.clock, config: DaemonConfig.parse({}), log: pino({ level: 'silent' }) },
    runtimes: { find: () => runtime },
  } as unknown as Parts;
  const write = createScheduleFile(parts, house.parts.governor);
  const read = () => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

  const resetsAt = START + 90 * MINUTE;
  house.hit('developer', resetsAt);
  house.pass(1_000);
  write();
  expect(existsSync(path), 'a client that was never started has no such directory').toBe(false);
  mkdirSync(join(home, '.claude'));
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
