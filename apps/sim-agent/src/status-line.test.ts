import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDirectory, onTeardown, waitUntil } from '@orc/testing';
import { expect, test } from 'vitest';
import { createMeter } from './meter.ts';
import { buildStatusLineInput, openStatusLine } from './status-line.ts';

const subject = {
  sessionId: 's',
  transcriptPath: '/t.jsonl',
  cwd: '/project',
  promptId: undefined,
  permissionMode: 'auto',
} as const;

test('gives null for the context until the first answer, and again after a compaction', () => {
  const meter = createMeter(0);
  const facts = { subject, name: undefined, model: 'simulation', meter, now: 5_000, rateLimits: undefined };
  const empty = { used_percentage: null, remaining_percentage: null, current_usage: null };
  expect(buildStatusLineInput(facts)).toMatchObject({
    context_window: empty,
    cost: { total_duration_ms: 5_000 },
  });
  expect(buildStatusLineInput(facts)).not.toHaveProperty('rate_limits');
  expect(buildStatusLineInput(facts)).not.toHaveProperty('session_name');
  meter.addAnswer({ inputTokens: 965_000, outputTokens: 9 }, 20, 0.5);
  expect(buildStatusLineInput({ ...facts, name: 'lead' })).toMatchObject({
    session_name: 'lead',
    context_window: {
      context_window_size: 1_000_000,
      used_percentage: 96,
      remaining_percentage: 4,
      current_usage: { input_tokens: 965_000, output_tokens: 9 },
    },
    cost: { total_cost_usd: 0.5, total_api_duration_ms: 20 },
    exceeds_200k_tokens: true,
  });
  meter.forget();
  expect(buildStatusLineInput(facts)).toMatchObject({ context_window: empty });
});

test('says the limits of the account when it knows them', () => {
  const rateLimits = { fiveHourPercent: 93, sevenDayPercent: 42, resetsAt: 1_795_224_168 };
  const facts = { subject, name: undefined, model: 'x', meter: createMeter(0), now: 0, rateLimits };
  expect(buildStatusLineInput(facts)).toMatchObject({
    rate_limits: {
      five_hour: { used_percentage: 93, resets_at: 1_795_224_168 },
      seven_day: { used_percentage: 42, resets_at: 1_795_224_168 },
    },
  });
});

test('asks the command once for several requests, and shows what it prints', async () => {
  const cwd = makeTempDirectory();
  const shown: (readonly string[])[] = [];
  const statusLine = openStatusLine({
    setting: { command: 'cat >> asked; echo one; echo two', refreshIntervalMs: undefined },
    input: () => ({ a: 1 }),
    environment: () => ({ PATH: process.env['PATH'] }),
    cwd,
    onLines: (lines) => shown.push(lines),
  });
  onTeardown(() => statusLine.close());
  statusLine.refresh();
  statusLine.refresh();
  await waitUntil(() => shown.length > 0);
  expect(shown).toEqual([['one', 'two']]);
  expect(readFileSync(join(cwd, 'asked'), 'utf8')).toBe('{"a":1}');
});

test('cancels a slow command when the next call comes', async () => {
  const cwd = makeTempDirectory();
  const shown: (readonly string[])[] = [];
  const statusLine = openStatusLine({
    setting: {
      command: 'if mkdir first 2>/dev/null; then echo up > up; exec sleep 30; fi; echo quick',
      refreshIntervalMs: undefined,
    },
    input: () => ({}),
    environment: () => ({ PATH: process.env['PATH'] }),
    cwd,
    onLines: (lines) => shown.push(lines),
  });
  onTeardown(() => statusLine.close());
  statusLine.refresh();
  await waitUntil(() => readFileSync(join(cwd, 'up'), 'utf8') !== '');
  statusLine.refresh();
  await waitUntil(() => shown.length > 0);
  expect(shown).toEqual([['quick']]);
});
