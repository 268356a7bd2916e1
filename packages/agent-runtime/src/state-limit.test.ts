import { describe, expect, it } from 'vitest';
import { alive, check, derive, hook, limit, record, screen, t, transcript } from '../fixtures/facts.ts';

describe('a usage limit', () => {
  const hit = [hook('prompt.submitted', 1), limit(5, 500), hook('turn.failed', 5.2, { error: 'rate_limit' })];
  check([
    [
      'holds until its reset time',
      hit,
      { state: 'limited', source: 'transcript', since: t(5), confidence: 'high' },
      499,
    ],
    [
      'holds although the record says idle, as it does all the time',
      [...hit, record('idle', 90, 5)],
      { state: 'limited' },
      100,
    ],
    [
      'holds while the client tries again without an answer',
      [...hit, hook('prompt.submitted', 50), record('busy', 51, 50)],
      { state: 'limited' },
    ],
    [
      'is a doubt once its reset time has passed',
      [...hit, record('idle', 600, 5)],
      {
        state: 'idle',
        confidence: 'low',
        source: 'session-record',
        why: expect.stringContaining('no answer has shown yet') as string,
      },
      601,
    ],
    [
      'is no doubt for a working agent after its reset time',
      [...hit, record('busy', 600, 590)],
      { state: 'working', confidence: 'high' },
      601,
    ],
    [
      'is lifted by an answer of the model',
      [...hit, transcript('usage', 50), record('idle', 60, 55)],
      { state: 'idle', confidence: 'high' },
    ],
    [
      'is lifted by the end of a good turn',
      [...hit, hook('turn.stopped', 50)],
      { state: 'idle', confidence: 'high' },
    ],
    [
      'is lifted when the client goes on by itself',
      [...hit, hook('notified', 50, { type: 'quota_auto_resume_fired' }), hook('prompt.submitted', 51)],
      { state: 'working' },
    ],
    [
      'is not lifted by a tool of a sub-agent',
      [...hit, hook('tool.finished', 50, { subagentId: 'a1', tool: 'Bash' })],
      { state: 'limited' },
    ],
    [
      'is not lifted when the client says that it will not go on',
      [...hit, hook('notified', 50, { type: 'quota_auto_resume_disabled' })],
      { state: 'limited' },
    ],
    [
      'holds for a while when nobody says until when',
      [hook('turn.failed', 5, { error: 'rate_limit' })],
      { state: 'limited', source: 'hook', confidence: 'low' },
    ],
    [
      'does not hold for ever when nobody says until when',
      [hook('turn.failed', 5, { error: 'rate_limit' }), record('idle', 400, 5)],
      { state: 'idle', confidence: 'low' },
      400,
    ],
    [
      'without a time in the transcript holds for a while',
      [limit(5, null)],
      { state: 'limited', confidence: 'low' },
    ],
    [
      'that was lifted does not come back by its old reset time',
      [limit(5, 500), transcript('usage', 20), hook('turn.failed', 30, { error: 'rate_limit' })],
      { state: 'limited', source: 'hook' },
    ],
    [
      'that comes after the end of an earlier one is another one',
      [limit(5, 50), hook('turn.failed', 60, { error: 'rate_limit' })],
      { state: 'limited', source: 'hook', since: t(60) },
    ],
    ['outlives the process that met it', [limit(-50, 500), alive(1)], { state: 'limited' }],
    [
      'that only the screen shows limits with low confidence',
      [record('idle', 9, 8), screen(10, { limit: 'Usage limit reached' })],
      { state: 'limited', source: 'screen', confidence: 'low' },
      20,
    ],
    [
      'whose dialog is open needs somebody',
      [...hit, screen(20, { prompt: 'absent', dialog: 'limit' })],
      { state: 'limited', needs: 'you' },
    ],
  ]);

  it('names the limit and its end', () => {
    expect(derive(hit).why).toBe(
      `it hit its five_hour limit, which ends at ${new Date(t(500)).toISOString()}`,
    );
  });
});
