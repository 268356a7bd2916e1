import { expect, test } from 'vitest';
import { findMessages, findTold, readTaskText } from './message-text.ts';

test('reads several messages of one delivery, with their heads and bodies', () => {
  const text = [
    'PostToolUse:Bash hook additional context: [orc:m1] note from shop/tester',
    'First line.',
    '',
    'Second (orc:m9) line.',
    '',
    '[orc:T-2] task from shop/orchestrator (priority 10) (reply expected within 10m)',
    'TASK [T-2]: Add it',
  ].join('\n');
  expect(findMessages(text)).toEqual([
    {
      id: 'm1',
      kind: 'note',
      sender: 'shop/tester',
      isReplyExpected: false,
      body: 'First line.\n\nSecond (orc:m9) line.',
    },
    {
      id: 'T-2',
      kind: 'task',
      sender: 'shop/orchestrator',
      isReplyExpected: true,
      body: 'TASK [T-2]: Add it',
    },
  ]);
});

test('finds nothing in text that carries no message', () => {
  for (const text of ['', 'hello', '(orc:1) note from x', '[orc:] note from x', '[orc:1]'])
    expect(findMessages(text)).toEqual([]);
});

test('reads the task template', () => {
  const body = [
    'TASK [T-3]: Add a health endpoint',
    'Assigned to: shop/developer',
    'Objective: know that it lives',
    'Success Criteria:',
    '- GET /health answers 200',
    '2) it is documented',
    '- [ ] it has a test',
    'Priority: HIGH',
    '- not a criterion',
  ].join('\n');
  expect(readTaskText(body)).toEqual({
    title: 'Add a health endpoint',
    objective: 'know that it lives',
    criteria: ['GET /health answers 200', 'it is documented', 'it has a test'],
  });
});

test('takes the first line as the title when there is no template', () => {
  expect(readTaskText('\nClean the kitchen\nwell')).toEqual({
    title: 'Clean the kitchen',
    objective: undefined,
    criteria: [],
  });
  expect(readTaskText('').title).toBe('Untitled task');
  expect(readTaskText('TASK T-1: Bare id').title).toBe('Bare id');
});

const message = (kind: string, body: string) => ({
  id: 'm1',
  kind,
  sender: 'orc',
  isReplyExpected: false,
  body,
});

test('finds the open task in what an agent is told after it lost its context', () => {
  const body =
    'You are the developer.\n\nYour task:\nTASK [T-7]: Add a cart\nSuccess Criteria:\n- it is sold';
  expect(findTold(message('rebrief', body))).toEqual([
    {
      id: 'T-7',
      kind: 'task',
      sender: 'orc',
      isReplyExpected: false,
      body: 'TASK [T-7]: Add a cart\nSuccess Criteria:\n- it is sold',
    },
  ]);
  for (const told of [message('rebrief', 'Tasks read TASK [ID]'), message('note', body)])
    expect(findTold(told)).toEqual([]);
});

test('finds the question that somebody is reminded of', () => {
  const body =
    'shop/pm still waits for your reply to q1.\nA reply names it: orc send shop/pm --in-reply-to q1 "…"';
  expect(findTold(message('notice', body))).toMatchObject([
    { id: 'q1', sender: 'shop/pm', kind: 'question' },
  ]);
  expect(findTold(message('note', body))).toEqual([]);
});
