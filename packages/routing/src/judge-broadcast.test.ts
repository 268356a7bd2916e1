import { describe, expect, it } from 'vitest';
import { judgeBroadcast, type Party } from './index.ts';

const NOW = 1_000_000;
const policy = { broadcastsMax: 2, broadcastWindowMs: 600_000 };
const judge = (from: Party, earlier: number[] = []) =>
  judgeBroadcast({ from, matrix: { hub: 'orchestrator' }, earlier, now: NOW, policy });
const member = (role: string): Party => ({ type: 'member', name: role, role });

describe('judgeBroadcast', () => {
  it('lets those who lead and the person write to everybody, and nobody else', () => {
    for (const from of [member('orchestrator'), member('project-manager'), { type: 'person' } as const])
      expect(judge(from)).toEqual({ isAllowed: true });
    expect(judge(member('developer'))).toMatchObject({ isAllowed: false, because: 'not-a-lead' });
  });

  it('stops a storm, says for how long, and lets the window slide', () => {
    const person = { type: 'person' } as const;
    expect(judge(person, [NOW - 500_000, NOW - 10])).toMatchObject({
      because: 'too-many',
      why: expect.stringContaining('Wait 2 min') as string,
    });
    expect(judge(person, [NOW - 600_000, NOW - 10])).toEqual({ isAllowed: true });
  });
});
