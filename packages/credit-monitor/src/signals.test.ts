import { describe, expect, it } from 'vitest';
import { CreditPolicy } from './config.ts';
import { signalOfFailure, signalOfRecord, signalOfScreen, signalsOfStatusLine, titleOf } from './signals.ts';

const { windows } = CreditPolicy.parse({});
const context = { zone: 'UTC', windows };
const at = Date.UTC(2026, 10, 20, 22);

describe('the record in a transcript', () => {
  const text = "You've hit your 5-hour limit · resets 2:07am (UTC)";

  it('says window and end as fields, to the second', () => {
    expect(
      signalOfRecord({ at, limitType: 'five_hour', resetsAt: 1_795_226_852_000, text }, context),
    ).toMatchObject({
      source: 'transcript',
      status: 'limited',
      window: 'five_hour',
      resetsAt: 1_795_226_852_000,
    });
  });

  it('is helped out by its text where a field is missing, and by nothing else', () => {
    expect(signalOfRecord({ at, limitType: 'unknown', resetsAt: null, text }, context)).toMatchObject({
      window: 'five_hour',
      resetsAt: Date.UTC(2026, 10, 21, 2, 7),
    });
    expect(
      signalOfRecord({ at, limitType: 'unknown', resetsAt: null, text: 'Limited.' }, context),
    ).toMatchObject({
      window: null,
      resetsAt: null,
    });
  });

  it('may name a window that nobody has heard of', () => {
    expect(
      signalOfRecord({ at, limitType: 'thirty_day_fable', resetsAt: null, text: '' }, context).window,
    ).toBe('thirty_day_fable');
    expect(titleOf('thirty_day_fable', windows)).toBe('thirty day fable');
    expect(titleOf('seven_day', windows)).toBe('weekly');
  });
});

describe('the status line', () => {
  it('says how much of each window is used, and when it ends: in seconds, milliseconds or as a time', () => {
    const ends = [1_795_224_168, 1_795_224_168_000, '2026-11-21T01:22:48Z', '1795224168'];
    for (const resets_at of ends)
      expect(signalsOfStatusLine({ five_hour: { used_percentage: 93, resets_at } }, at)).toEqual([
        {
          ...{ at, source: 'status-line', status: 'warning', window: 'five_hour', usedPercent: 93 },
          ...{ resetsAt: 1_795_224_168_000, isVague: false },
        },
      ]);
  });

  it('is a limit at 100, and fine below 90', () => {
    const of = (used_percentage: number) => signalsOfStatusLine({ seven_day: { used_percentage } }, at)[0];
    expect([of(100)?.status, of(117)?.usedPercent, of(42)?.status, of(0)?.resetsAt]).toEqual([
      'limited',
      100,
      'ok',
      null,
    ]);
  });

  it.each([
    null,
    undefined,
    'soon',
    [],
    {},
    { five_hour: null },
    { five_hour: { used_percentage: null } },
    { five_hour: { used_percentage: NaN } },
    { five_hour: { used_percentage: -1 } },
  ])('without numbers says nothing: %j', (value) => {
    expect(signalsOfStatusLine(value, at)).toEqual([]);
  });
});

describe('a turn that failed', () => {
  it('is what its text says', () => {
    const failure = (error: string, text: string) => signalOfFailure({ at, error, text }, context);
    expect(
      failure('rate_limit', "You've hit your weekly limit · resets Nov 24, 10:42am (UTC)"),
    ).toMatchObject({
      ...{
        source: 'stop-failure',
        status: 'limited',
        window: 'seven_day',
        resetsAt: Date.UTC(2026, 10, 24, 10, 42),
      },
    });
    expect(
      failure(
        'rate_limit',
        'API Error: Server is temporarily limiting requests (not your usage limit) · too many',
      ),
    ).toMatchObject({ status: 'throttled', window: null });
    expect(
      failure('billing_error', 'Credit balance too low · Add funds: https://example.org'),
    ).toBeUndefined();
    expect(failure('server_error', 'API Error: 500')).toBeUndefined();
  });

  it('is a limit without an end when its type says so and its text nothing', () => {
    expect(signalOfFailure({ at, error: 'rate_limit', text: 'Nope' }, context)).toMatchObject({
      ...{ status: 'limited', window: null, resetsAt: null },
    });
  });
});

describe('a screen', () => {
  it('is believed when it says until when', () => {
    const text =
      'Usage limit reached · limit resets 1:22am Continuing automatically at 1:22am · Esc to cancel';
    expect(signalOfScreen({ at, text }, context)).toMatchObject({ source: 'screen', status: 'limited' });
    expect(signalOfScreen({ at, text: "You've hit your Opus limit" }, context)).toBeUndefined();
    expect(signalOfScreen({ at: at + 4 * 3_600_000, text }, context)).toBeUndefined();
    expect(signalOfScreen({ at, text: 'It reads limits from screens.' }, context)).toBeUndefined();
  });
});
