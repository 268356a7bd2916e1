import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TranscriptFact } from '@orc/agent-runtime';
import { makeTempDirectory } from '@orc/testing';
import { expect, it } from 'vitest';
import { makeCreditHouse } from '../../fixtures/credit-house.ts';
import { createSubagentReader } from './subagents.ts';

const record = (requestId: string) =>
  `${JSON.stringify({
    ...{
      type: 'assistant',
      isSidechain: true,
      requestId,
      uuid: requestId,
      timestamp: '2030-01-01T00:00:00.000Z',
    },
    message: { model: 'claude-haiku-4-5', usage: { input_tokens: 100, output_tokens: 10 } },
  })}\n`;

it('counts what sub-agents use for the agent that they are of, over conversations, each request once', () => {
  const house = makeCreditHouse(['developer', 'tester'], { start: Date.UTC(2030, 0, 1) });
  const directory = makeTempDirectory('orc-transcripts');
  const talk = (role: string, session: string): string => {
    const transcriptPath = join(directory, `${session}.jsonl`);
    house.parts.registry.updateAgent(`shop/${role}`, { transcriptPath });
    const folder = join(directory, session, 'subagents');
    mkdirSync(folder, { recursive: true });
    return join(folder, 'agent-a1.jsonl');
  };
  const counted: string[] = [];
  const count = (agentId: string, fact: TranscriptFact): void => {
    if (fact.type === 'usage') counted.push(`${agentId} ${fact.requestId} ${fact.tokens.input}`);
  };
  const read = createSubagentReader(house.parts, count);
  read();
  const first = talk('developer', 'one');
  appendFileSync(first, record('r1'));
  read();
  read();
  appendFileSync(first, record('r2'));
  // Its conversation is over; what was written until then counts all the same.
  const second = talk('developer', 'two');
  appendFileSync(second, record('r3'));
  read();
  appendFileSync(second, record('r4'));
  read();
  expect(counted.sort()).toEqual(['r1', 'r2', 'r3', 'r4'].map((id) => `shop/developer ${id} 100`));
});

it('reads a long transcript in several looks, and to its end after its conversation is over', () => {
  const house = makeCreditHouse(['developer'], { start: Date.UTC(2030, 0, 1) });
  const directory = makeTempDirectory('orc-transcripts');
  const transcriptPath = join(directory, 'one.jsonl');
  house.parts.registry.updateAgent('shop/developer', { transcriptPath });
  mkdirSync(join(directory, 'one', 'subagents'), { recursive: true });
  const padding = `${JSON.stringify({ type: 'user', text: 'x'.repeat(900_000) })}\n`;
  const text = [1, 2, 3].map((number) => `${record(`r${number}`)}${padding}`).join('');
  appendFileSync(join(directory, 'one', 'subagents', 'agent-a1.jsonl'), text);
  const counted: string[] = [];
  const read = createSubagentReader(house.parts, (_agentId, fact) => {
    if (fact.type === 'usage') counted.push(fact.requestId);
  });
  read();
  expect(counted.length).toBeLessThan(3);
  house.parts.registry.updateAgent('shop/developer', { transcriptPath: null });
  read();
  read();
  expect(counted).toEqual(['r1', 'r2', 'r3']);
});
