import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readScreen } from '@orc/agent-runtime';
import { CreditPolicy, readLimitText } from '@orc/credit-monitor';
import { expect, it } from 'vitest';

const { windows } = CreditPolicy.parse({});
const screens = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  '..',
  'packages',
  'agent-runtime',
  'fixtures',
  'screens',
);
const at = Date.UTC(2026, 10, 20, 22, 45);

/** What one library finds on a recorded screen, as the other one understands it. */
function read(name: string, seenAt = at) {
  const { limit, notices } = readScreen(readFileSync(join(screens, `${name}.txt`), 'utf8'));
  return (limit === undefined ? notices : [limit]).flatMap((text) => {
    const reading = readLimitText(text, { at: seenAt, zone: 'UTC', windows });
    return reading
      ? [{ status: reading.status, window: reading.window, resetsAt: reading.reset?.at ?? null }]
      : [];
  });
}

it('understands every recorded screen with a limit', () => {
  const session = Date.UTC(2026, 10, 21, 1, 22);
  expect(read('subscriber-429-unified-rejected')).toEqual([
    { status: 'limited', window: null, resetsAt: session },
  ]);
  expect(read('subscriber-429-weekly')).toEqual([
    { status: 'limited', window: 'seven_day', resetsAt: Date.UTC(2026, 10, 24, 10, 42) },
  ]);
  expect(read('subscriber-warning')).toEqual([{ status: 'warning', window: 'five_hour', resetsAt: session }]);
  expect(read('subscriber-401')).toEqual([{ status: 'warning', window: 'five_hour', resetsAt: session }]);
  expect(read('narrow-44-limit', Date.UTC(2026, 10, 20, 9))).toEqual([
    { status: 'limited', window: null, resetsAt: Date.UTC(2026, 10, 20, 10, 3) },
  ]);
});

it.each([
  'subscriber-5h-resumed',
  'subscriber-ok-after-limit',
  'subscriber-ok',
  'apikey-ok',
  'quoting',
  'context-96pct',
  'api-529-retrying',
])('takes nothing that %s still shows of the past, or quotes, for a limit', (name) => {
  expect(read(name)).toEqual([]);
});
