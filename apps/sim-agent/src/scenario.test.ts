import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { expect, test } from 'vitest';
import { defaultScenario, parseScenario, readScenario } from './scenario.ts';

const parse = (value: unknown) => parseScenario('s.json', JSON.stringify(value));

test('gives the defaults for an empty scenario', () => {
  expect(parse({})).toEqual(defaultScenario);
});

test('reads turns, with a plain command as short form of a Bash call', () => {
  const tools = ['echo hi', { tool: 'Write', input: { file_path: 'a', content: 'b' } }];
  expect(parse({ turns: [{ text: 'ok', tools, delayMs: 5 }, {}], thinkMs: 7 })).toMatchObject({
    thinkMs: [7, 7],
    turns: [
      { text: 'ok', delayMs: 5, tools: [{ tool: 'Bash', input: { command: 'echo hi' } }, { tool: 'Write' }] },
      { text: '', tools: [] },
    ],
  });
});

test('reads every kind of fault', () => {
  const faults = [
    { kind: 'crash', agent: 'shop/developer', times: 2, afterTools: 1, signal: 'SIGKILL' },
    { kind: 'limit', times: 'always', inMs: 500, autoResume: false, limitType: 'seven_day' },
    { kind: 'apiError', onMessage: 'task', error: 'server_error', retryMs: 100 },
    { kind: 'hang', isFrozen: true },
    { kind: 'swallowEnter', count: 2 },
    { kind: 'slowStart', ms: 100 },
  ];
  expect(parse({ faults }).faults).toEqual(faults);
});

test('refuses a key that does not exist, a wrong value, and a fault that is not known', () => {
  const wrong: [unknown, RegExp][] = [
    [{ thinkTime: 5 }, /no key "thinkTime"/],
    [{ thinkMs: [1] }, /thinkMs cannot be/],
    [{ faults: [{ kind: 'explode' }] }, /faults\[0\]\.kind must be one of/],
    [{ faults: [{ kind: 'crash', signal: 'KILL' }] }, /faults\[0\]\.signal/],
    [{ faults: [{ kind: 'slowStart', afterTurns: 1 }] }, /no key "afterTurns"/],
    [{ faults: [{ kind: 'hang', times: 0 }] }, /times cannot be 0/],
    [{ turns: [{ tools: [{ tool: 'Bash' }] }] }, /tools\[0\]\.input is missing/],
    [{ rateLimits: { fiveHourPercent: 1 } }, /sevenDayPercent is missing/],
    [[], /must be an object/],
  ];
  for (const [value, message] of wrong) {
    expect(() => parse(value)).toThrow(message);
    expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'ORC_SIM_AGENT_BAD_SCENARIO' }));
  }
});

test('says which file cannot be read', () => {
  const path = join(makeTempDirectory(), 'scenario.json');
  expect(() => readScenario(path)).toThrow(/scenario\.json cannot be played/);
  writeFileSync(path, '{"turns": ');
  expect(() => readScenario(path)).toThrow(expect.objectContaining({ code: 'ORC_SIM_AGENT_BAD_SCENARIO' }));
});
