import { describe } from 'vitest';
import { alive, check, hook, limit, record, screen, t, transcript } from '../fixtures/facts.ts';

describe('a usage limit', () => {
  const hit = [hook('prompt.submitted', 1), hook('turn.failed', 5, { error: 'rate_limit' }), limit(5)];
  check([
    [
      'is what the keeper of the accounts says, with whom it has that from',
      hit,
      {
        ...{ state: 'limited', why: 'it hit its 5-hour limit', source: 'transcript' },
        ...{ since: t(5), confidence: 'high' },
      },
    ],
    [
      'holds although the record says idle, as it does all the time',
      [...hit, record('idle', 90, 5)],
      { state: 'limited' },
    ],
    [
      'holds while the client tries again',
      [...hit, hook('prompt.submitted', 50), record('busy', 51, 50)],
      { state: 'limited' },
    ],
    ['outlives the process that met it', [limit(-50), alive(1)], { state: 'limited' }],
    [
      'is less certain when its end is estimated',
      [limit(5, { isEstimate: true })],
      { state: 'limited', confidence: 'low' },
    ],
    [
      'is over when that is said',
      [...hit, limit(50, { isHeld: false }), record('idle', 60, 55)],
      { state: 'idle', confidence: 'high' },
    ],
    [
      'is not judged from what a transcript, a hook or a screen says',
      [
        ...[transcript('limit', 5, { resetsAt: t(500) }), hook('turn.failed', 5, { error: 'rate_limit' })],
        ...[screen(6, { limit: 'Usage limit reached' }), record('idle', 9, 6)],
      ],
      { state: 'idle' },
    ],
    [
      'whose dialog is open needs somebody',
      [...hit, screen(20, { prompt: 'absent', dialog: 'limit' })],
      { state: 'limited', needs: 'you' },
    ],
    [
      'of its account limits an agent that rests',
      [limit(5, { isOwn: false }), record('idle', 20, 4)],
      { state: 'limited' },
    ],
    [
      'of its account leaves an agent to what it does already',
      [limit(5, { isOwn: false }), hook('prompt.submitted', 1), record('busy', 20, 1)],
      { state: 'working' },
    ],
  ]);
});
