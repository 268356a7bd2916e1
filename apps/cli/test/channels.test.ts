import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MessageView } from '@orc/contracts';
import { makeTempDirectory, waitUntil } from '@orc/testing';
import { expect, it } from 'vitest';
import { makeWorld, startShop, waitForMessage, waitForTasks } from './world.ts';

interface Known {
  readonly clients: readonly {
    readonly runtime: string;
    readonly channels: readonly { readonly channel: string; readonly verdict: string }[];
  }[];
}

interface Probe extends Known {
  readonly runtime: string;
  readonly probed: readonly { readonly channel: string; readonly outcome: string; readonly step: string }[];
}

/** What the simulated client does wrong, and nothing of what the user has set up. */
function scenarioWith(scenario: object): string {
  const path = join(makeTempDirectory('orc-scenario'), 'scenario.json');
  writeFileSync(path, JSON.stringify({ thinkMs: 0, ...scenario }));
  return path;
}

const verdictOf = ({ clients }: Known, channel: string) =>
  clients[0]?.channels.find((each) => each.channel === channel)?.verdict;

it('finds out that a client drops the context of tool calls, and sends mail another way', async () => {
  const faults = [{ kind: 'dropContext', event: 'PostToolUse', times: 'always' }];
  const world = makeWorld({ sim: { scenario: scenarioWith({ faults }) }, queue: { evidenceMs: 1_000 } });
  await startShop(world, '--roles', 'developer');
  await waitForTasks(world);
  const known = await waitUntil(
    async () => {
      const answer = await world.orc<Known>('hooks', 'probe', '--known');
      return verdictOf(answer, 'PostToolUse') === 'broken' ? answer : undefined;
    },
    { timeoutMs: 30_000, intervalMs: 300, what: 'the channel being found broken' },
  );
  expect(verdictOf(known, 'UserPromptSubmit')).toBe('works');
  const { stdout } = await world.run(['doctor']);
  expect(stdout).toMatch(/channels +warning +sim .*PostToolUse broken/);
  const sent = await world.orc<MessageView>('send', 'developer', 'Do you read me?');
  const seen = await waitForMessage(world, sent.id);
  expect(seen.channel).not.toBe('PostToolUse');
}, 400_000);

it('tests an installed client on demand, without a team', async () => {
  const world = makeWorld();
  const answer = await world.orc<Probe>('hooks', 'probe');
  expect(answer.runtime).toBe('sim');
  expect(answer.probed).toEqual(
    ['SessionStart', 'UserPromptSubmit', 'PostToolUse', 'Stop'].map((channel) => ({
      channel,
      outcome: 'proved',
      step: 'answered',
    })),
  );
  expect(verdictOf(answer, 'Stop')).toBe('works');
  const { stdout } = await world.run(['hooks', 'probe', '--known']);
  expect(stdout).toMatch(/sim \S+ +PostToolUse +works +1, last \S+ ago/);
}, 400_000);
