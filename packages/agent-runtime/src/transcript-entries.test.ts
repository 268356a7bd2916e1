import { expect, it } from 'vitest';
import { readTranscriptEntry } from './index.ts';

const at = '2030-01-02T03:04:05.000Z';
const said = (type: string, content: unknown) => ({ type, timestamp: at, message: { content } });

it('shows what was asked, answered, run and printed', () => {
  expect(readTranscriptEntry(said('user', 'Fix it'))).toEqual({
    at: Date.parse(at),
    who: 'user',
    text: 'Fix it',
    actions: [],
  });
  const answer = said('assistant', [
    { type: 'thinking', thinking: 'hm' },
    { type: 'text', text: 'I look.' },
    { type: 'tool_use', name: 'Bash', input: { command: 'npm test' } },
    { type: 'tool_use', name: 'Edit', input: { file_path: '/w/a.ts' } },
    { type: 'tool_use', name: 'New', input: {} },
  ]);
  expect(readTranscriptEntry(answer)).toMatchObject({
    who: 'agent',
    text: 'I look.\n> npm test\n> Edit /w/a.ts\n> New',
    actions: ['npm test', 'Edit /w/a.ts', 'New'],
  });
  const result = said('user', [
    { type: 'tool_result', content: [{ type: 'text', text: '3 passed' }] },
    { type: 'tool_result', content: 'done' },
  ]);
  expect(readTranscriptEntry(result)).toMatchObject({ who: 'tool', text: '3 passed\ndone' });
  const mail = {
    type: 'attachment',
    attachment: { type: 'hook_additional_context', content: ['[orc:m1] hi'] },
  };
  expect(readTranscriptEntry(mail)).toMatchObject({ who: 'user', text: '[orc:m1] hi', at: null });
});

it.each([
  null,
  'text',
  [],
  { type: 'summary' },
  { type: 'api-request-blob' },
  { type: 'attachment', attachment: { type: 'hook_success', stdout: 'x' } },
  { type: 'user', isMeta: true, message: { content: 'x' } },
  { type: 'assistant', message: { content: [{ type: 'thinking' }, null, 7] } },
])('shows nothing of %j', (record) => {
  expect(readTranscriptEntry(record)).toBeUndefined();
});
