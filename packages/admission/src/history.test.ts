import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AdmissionPolicy,
  expectMemory,
  forgetOthers,
  MemoryHistory,
  noteMemory,
  sumReserved,
} from './index.ts';

const MEBIBYTE = 1024 * 1024;
const policy = AdmissionPolicy.parse({});

const note = (history: MemoryHistory, agentId: string, launch: number, mb: number, runtime = 'claude') =>
  noteMemory(history, { agentId, runtime, launch, bytes: mb * MEBIBYTE });

const expected = (history: MemoryHistory, agentId: string, runtime = 'claude') =>
  expectMemory(history, { agentId, runtime }, policy) / MEBIBYTE;

describe('what an agent is expected to need', () => {
  it('is the most that it held, else the middle of its like, else what the policy says', () => {
    expect(expected({}, 'shop/developer')).toBe(100);
    let history = note({}, 'shop/developer', 1, 320);
    history = note(history, 'shop/developer', 1, 160);
    history = note(history, 'shop/developer', 2, 240);
    expect(expected(history, 'shop/developer')).toBe(320);
    history = note(note(history, 'shop/tester', 1, 400), 'shop/architect', 1, 800);
    expect(expected(history, 'shop/reviewer')).toBe(400);
    expect(expected(history, 'shop/reviewer', 'sim')).toBe(100);
    expect(expected(history, 'shop/developer', 'sim'), 'another program needs something else').toBe(100);
    expect(expected(forgetOthers(history, new Set(['shop/tester'])), 'shop/developer')).toBe(400);
  });

  it('forgets what it held long ago', () => {
    let history = note({}, 'shop/developer', 1, 4_000);
    for (let launch = 2; launch <= 6; launch += 1) history = note(history, 'shop/developer', launch, 320);
    expect(expected(history, 'shop/developer')).toBe(320);
  });

  it('is never less than what was read last, and nothing is kept that says nothing new', () => {
    const readings = fc.array(
      fc.record({ launch: fc.integer({ min: 1, max: 9 }), mb: fc.nat({ max: 9_000 }) }),
      { minLength: 1, maxLength: 50 },
    );
    fc.assert(
      fc.property(readings, (all) => {
        let history: MemoryHistory = {};
        for (const { launch, mb } of [...all].sort((a, b) => a.launch - b.launch)) {
          history = note(history, 'a', launch, mb);
          expect(note(history, 'a', launch, mb)).toBe(history);
          expect(expected(history, 'a')).toBeGreaterThanOrEqual(mb);
        }
        expect(MemoryHistory.parse(history)).toEqual(history);
        expect(history['a']?.peaks.length).toBeLessThanOrEqual(5);
        expect(forgetOthers(history, new Set(['a']))).toBe(history);
      }),
    );
  });
});

it('keeps for those that were just started what they do not hold yet', () => {
  const start = (startedAt: number, expectedMb: number, heldMb: number) => ({
    startedAt,
    expectedBytes: expectedMb * MEBIBYTE,
    heldBytes: heldMb * MEBIBYTE,
  });
  const starts = [start(50_000, 300, 0), start(50_000, 300, 200), start(50_000, 300, 900), start(0, 300, 0)];
  expect(sumReserved(starts, 100_000, policy) / MEBIBYTE).toBe(400);
});
