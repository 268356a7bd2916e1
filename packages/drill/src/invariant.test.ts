import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judge, type JudgedMessage } from './invariant.ts';

const message = (changes: Partial<JudgedMessage> = {}): JudgedMessage => ({
  id: 'm1',
  sender: 'user',
  recipient: 'shop/developer',
  kind: 'question',
  state: 'seen',
  reason: null,
  body: '?',
  inReplyTo: null,
  ...changes,
});
const reply = (inReplyTo: string) => message({ id: `r${Math.random()}`, recipient: 'user', inReplyTo });
const notice = (body: string) => message({ id: 'n1', kind: 'notice', recipient: 'user', body });

it('is kept by messages that are seen, on their way, or dead with a word to their sender', () => {
  const dead = message({ id: 'm3', state: 'dead', reason: 'attempts' });
  const found = [
    message(),
    message({ id: 'm2', state: 'queued' }),
    dead,
    notice('The question m3 was given up'),
  ];
  expect(judge(['m1', 'm2', 'm3'], [...found, reply('m1')])).toMatchObject({
    accepted: 3,
    seen: 1,
    queued: 1,
    dead: 1,
    lost: 0,
    doubled: 0,
    problems: [],
  });
});

it('is broken by a message that is gone, a silent death, and a second effect', () => {
  const dead = message({ id: 'm3', state: 'dead', reason: null });
  const { problems } = judge(['m0', 'm1', 'm3'], [message(), dead, reply('m1'), reply('m1')]);
  expect(problems).toEqual([
    'm0 was accepted and is not in the ledger',
    'm3 is dead and nobody knows why',
    'user was not told that m3 is dead',
    'm1 was acted on 2 times',
  ]);
});

it('counts every accepted message exactly once', () => {
  const states = fc.constantFrom('queued', 'leased', 'injected', 'seen', 'done', 'failed', 'dead', 'absent');
  fc.assert(
    fc.property(fc.array(states), (all) => {
      const ids = all.map((_, index) => `m${index}`);
      const found = all.flatMap((state, index) =>
        state === 'absent' ? [] : [message({ id: `m${index}`, state })],
      );
      const { accepted, seen, queued, dead, lost } = judge(ids, found);
      expect(seen + queued + dead + lost).toBe(accepted);
    }),
  );
});
