import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory } from '@orc/testing';
import { describe, expect, it } from 'vitest';
import { searchLogs } from './log-search.ts';

const START = Date.UTC(2030, 0, 1);

function makeSources() {
  const directory = makeTempDirectory();
  const record = (minute: number, type: string, content: unknown) =>
    JSON.stringify({
      type,
      timestamp: new Date(START + minute * 60_000).toISOString(),
      message: { content },
    });
  const transcript = join(directory, 'a.jsonl');
  const lines = [
    record(1, 'user', 'Fix the build'),
    'not JSON',
    record(2, 'assistant', [
      { type: 'text', text: 'I look.\n\nIt is red.' },
      { type: 'tool_use', name: 'Bash', input: { command: 'npm test' } },
    ]),
    record(3, 'user', [{ type: 'tool_result', content: 'error: 1 failed' }]),
  ];
  writeFileSync(transcript, lines.join('\n'));
  const screen = join(directory, 'b.screen.txt');
  writeFileSync(screen, 'shop/dev ended: exit code 3\n\nerror: out of cheese\n');
  return [
    { type: 'transcript' as const, path: transcript, at: START },
    { type: 'end' as const, path: screen, at: START + 240_000 },
  ];
}

describe('searchLogs', () => {
  it('finds lines in conversations and last screens, with who, when and where', async () => {
    const [transcript, screen] = makeSources();
    const found = await searchLogs([transcript, screen] as never, { pattern: /error/u, tail: 10 });
    expect(found).toEqual([
      {
        type: 'transcript',
        path: transcript?.path,
        line: 4,
        at: START + 180_000,
        who: 'tool',
        text: 'error: 1 failed',
      },
      {
        type: 'end',
        path: screen?.path,
        line: 3,
        at: START + 240_000,
        who: 'window',
        text: 'error: out of cheese',
      },
    ]);
  });

  it('keeps the last lines only, and what came after a time', async () => {
    const sources = makeSources();
    const texts = async (query: Parameters<typeof searchLogs>[1]) =>
      (await searchLogs(sources, query)).map(({ text }) => text);
    expect(await texts({ tail: 2 })).toEqual(['shop/dev ended: exit code 3', 'error: out of cheese']);
    expect(await texts({ tail: 9, since: START + 120_000 })).toEqual([
      'I look.',
      'It is red.',
      '> npm test',
      'error: 1 failed',
      'shop/dev ended: exit code 3',
      'error: out of cheese',
    ]);
  });
});
