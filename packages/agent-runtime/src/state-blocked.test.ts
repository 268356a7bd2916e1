import { describe, expect, it } from 'vitest';
import { alive, check, derive, hook, record, screen, t, transcript } from '../fixtures/facts.ts';

describe('a choice that somebody must make', () => {
  const asked = hook('permission.asked', 5, { tool: 'Bash' });
  check([
    [
      'is told by the hook at once',
      [hook('prompt.submitted', 1), asked],
      {
        state: 'blocked',
        needs: 'you',
        source: 'hook',
        why: 'it asks for permission to use Bash',
        since: t(5),
      },
    ],
    [
      'is told by the record, with what it waits for',
      [asked, record('waiting', 8, 5, 'permission prompt')],
      {
        state: 'blocked',
        needs: 'you',
        source: 'session-record',
        why: 'it waits for somebody: permission prompt',
      },
    ],
    [
      'is told by the late notice',
      [
        hook('prompt.submitted', 1),
        hook('notified', 11, { type: 'permission_prompt', message: 'Claude needs your permission' }),
      ],
      { state: 'blocked', why: 'Claude needs your permission' },
    ],
    [
      'is over when it was granted and the tool ran',
      [asked, hook('tool.finished', 9, { tool: 'Bash' })],
      { state: 'working' },
    ],
    [
      'is over when it was refused, which no hook tells',
      [asked, record('idle', 9, 8)],
      { state: 'idle', source: 'session-record', since: t(8) },
    ],
    [
      'is over when it was refused, as the transcript tells',
      [asked, transcript('interrupted', 8)],
      { state: 'idle', source: 'transcript' },
    ],
    [
      'stays open while other tools of the same answer end',
      [asked, record('waiting', 8, 5), hook('tool.finished', 9), transcript('usage', 9.5)],
      { state: 'blocked' },
    ],
    [
      'is over when a new prompt came after the last look at the record',
      [record('waiting', 8, 5), hook('prompt.submitted', 9)],
      { state: 'working' },
    ],
    [
      'is over when the record no longer says anything',
      [record('unknown', 9, 9), hook('turn.stopped', 7)],
      { state: 'idle', source: 'hook' },
    ],
  ]);

  it.each(['trust', 'api-key', 'bypass', 'settings', 'model-switch', 'permission', 'unknown-choice'])(
    'is told by the screen alone when it is the dialog %s, before any hook runs',
    (dialog) => {
      expect(derive([alive(1), screen(5, { prompt: 'absent', dialog })], 6)).toMatchObject({
        state: 'blocked',
        needs: 'you',
        source: 'screen',
        why: `its screen shows a dialog (${dialog})`,
      });
    },
  );

  check([
    [
      'on the screen is over with the next edge',
      [screen(5, { dialog: 'trust' }), hook('session.started', 9, { source: 'startup' })],
      { state: 'idle' },
    ],
    [
      'on the screen is over when the record has changed since',
      [screen(5, { dialog: 'permission' }), record('busy', 9, 8)],
      { state: 'working' },
    ],
    [
      'on the screen stands although the record says idle, as before',
      [record('idle', 9, 2), screen(5, { dialog: 'unknown-choice' })],
      { state: 'blocked' },
    ],
    ['on the screen is over with the next screen', [record('idle', 4, 2), screen(9, {})], { state: 'idle' }],
  ]);
});

describe('requests that fail until somebody repairs something', () => {
  for (const error of [
    'authentication_failed',
    'billing_error',
    'invalid_request',
    'model_not_found',
    'oauth_org_not_allowed',
  ]) {
    check([
      [
        `${error} needs somebody`,
        [hook('prompt.submitted', 1), hook('turn.failed', 5, { error })],
        { state: 'blocked', needs: 'you', source: 'hook' },
      ],
    ]);
  }
  const failed = [hook('prompt.submitted', 1), hook('turn.failed', 5, { error: 'authentication_failed' })];
  check([
    ['stay so although the record says idle', [...failed, record('idle', 60, 5.1)], { state: 'blocked' }],
    ['are over with the next prompt', [...failed, hook('prompt.submitted', 60)], { state: 'working' }],
    ['are over when the client has worked since', [...failed, record('idle', 60, 50)], { state: 'idle' }],
    [
      'are told by the transcript as well',
      [transcript('api-error', 5, { error: 'billing_error' })],
      { state: 'blocked', source: 'transcript' },
    ],
  ]);
});
