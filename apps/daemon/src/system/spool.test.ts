import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HookFact } from '@orc/claude-hooks';
import { layoutOf } from '@orc/contracts';
import { openRegistry, type Agent } from '@orc/registry';
import { makeTempDirectory, onTeardown } from '@orc/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { agentRecord, projectRecord } from '../../fixtures/records.ts';
import { ingestSpool } from './spool.ts';

/** A home with a developer, whose hooks left these lines; what is taken in and what is logged is kept. */
function makeHome(...lines: unknown[]) {
  const layout = layoutOf(makeTempDirectory('orc-spool'));
  const registry = openRegistry({ path: layout.database });
  onTeardown(() => registry[Symbol.dispose]());
  registry.saveProject(projectRecord());
  registry.saveAgent(agentRecord('developer'));
  mkdirSync(dirname(layout.hookSpool));
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  writeFileSync(layout.hookSpool, texts.map((text) => `${text}\n`).join(''));
  const logged: string[] = [];
  const log = pino(
    {},
    { write: (line: string) => void logged.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const taken: [agent: string, kind: string, at: number, clientPid: number | null][] = [];
  const observer = {
    fromHook: (agent: Agent, facts: readonly HookFact[]) => {
      for (const { kind, at, data } of facts) {
        if (kind === 'compact.started') throw new Error('the database is locked');
        taken.push([agent.id, kind, at, data.clientPid]);
      }
    },
  };
  const spill = () => ({ path: '/nowhere', sha256: '' });
  const ingest = () => ingestSpool({ layout, registry, log }, observer, { spill });
  return { layout, ingest, taken, logged };
}

const event = (name: string, at: number, said: object = {}) => ({
  ...{ at, agent: 'shop/developer', clientPid: '77', input: { hook_event_name: name, session_id: 's1' } },
  ...said,
});

it('takes in each event once, with its time and its client', () => {
  const { layout, ingest, taken, logged } = makeHome(
    event('SessionStart', 10),
    event('Stop', 20, { clientPid: '' }),
    event('Stop', 30, { agent: 'shop/nobody' }),
  );
  expect([ingest(), ingest()]).toEqual([2, 0]);
  expect(taken).toEqual([
    ['shop/developer', 'session.started', 10, 77],
    ['shop/developer', 'turn.stopped', 20, null],
  ]);
  expect([logged, existsSync(layout.hookSpool)]).toEqual([[], false]);
});

it('goes on after a line that is damaged, and after an event that cannot be taken in', () => {
  const { ingest, taken, logged } = makeHome(
    '{"at":1,"age',
    event('Stop', 10, { input: 'Stop' }),
    event('PreCompact', 20),
    event('Stop', 30),
  );
  expect(ingest()).toBe(1);
  expect(taken).toEqual([['shop/developer', 'turn.stopped', 30, 77]]);
  expect(logged).toEqual([
    'a line of the hook spool is damaged',
    'a line of the hook spool is damaged',
    'an event of the hook spool was left out',
  ]);
});
