import { expect, test } from 'vitest';
import { createConversation } from './conversation.ts';

test('joins the texts of several hooks to one system message and keeps the order of everything else', () => {
  const conversation = createConversation();
  conversation.addUser('do it', 'do it');
  conversation.addSystem('A hook additional context: one', 'one');
  conversation.addSystem('B hook additional context: two', 'two');
  conversation.addToolResult('t1', 'out', false);
  expect(conversation.takeUnsent()).toEqual([
    { role: 'user', content: [{ type: 'text', text: 'do it' }] },
    {
      role: 'system',
      content: [{ type: 'text', text: 'A hook additional context: one\n\nB hook additional context: two' }],
    },
    {
      role: 'user',
      content: [{ tool_use_id: 't1', type: 'tool_result', content: 'out', is_error: false }],
    },
  ]);
  expect(conversation.takeUnsent()).toEqual([]);
});

test('keeps what a failed request carried until a later answer', () => {
  const conversation = createConversation();
  conversation.addUser('first', 'first');
  conversation.takeUnsent();
  conversation.addUser('second', 'second');
  expect(conversation.news().texts).toEqual(['first', 'second']);
  conversation.markAnswered();
  expect(conversation.news()).toEqual({ texts: [], results: new Map() });
});

test('gives the brain the text without the envelope', () => {
  const conversation = createConversation();
  conversation.addUser('<system-reminder>\n[orc:1] note from a\n</system-reminder>', '[orc:1] note from a');
  expect(conversation.news().texts).toEqual(['[orc:1] note from a']);
});

test('goes back to a mark, with what was unsent there', () => {
  const conversation = createConversation();
  conversation.addSystem('SessionStart hook additional context: kept', 'kept');
  const goBack = conversation.mark();
  conversation.addUser('half an idea', 'half an idea');
  conversation.takeUnsent();
  goBack();
  expect(conversation.news().texts).toEqual(['kept']);
  expect(JSON.stringify(conversation.takeUnsent())).toContain('additional context: kept');
});

test('shrinks at a compaction, and is empty after a clear', () => {
  const conversation = createConversation(100);
  conversation.addUser('b', 'b');
  conversation.shrink();
  expect([conversation.characters, conversation.news().texts]).toEqual([0, ['b']]);
  conversation.clear();
  expect([conversation.news().texts, conversation.takeUnsent()]).toEqual([[], []]);
});
