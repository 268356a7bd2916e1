import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdmissionPolicy, decideAdmission, type Machine, type StartFacts } from './index.ts';

const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;
const policy = AdmissionPolicy.parse({});

const healthy: Machine = {
  memory: { totalBytes: 2 * GIBIBYTE, availableBytes: GIBIBYTE },
  load: { average: 12, cores: 2 },
};

const facts = (patch: Partial<StartFacts> = {}): StartFacts => ({
  machine: healthy,
  expectedBytes: 100 * MEBIBYTE,
  reservedBytes: 0,
  agents: { heldBytes: 0, limitBytes: null },
  plan: { name: 'max5', running: 0, max: 5 },
  isAddition: false,
  ...patch,
});

const memory = (total: number, available: number): Machine => ({
  ...healthy,
  memory: { totalBytes: total * MEBIBYTE, availableBytes: available * MEBIBYTE },
});

describe('decideAdmission', () => {
  it('starts a whole team of five on a small machine that is busy', () => {
    for (let running = 0; running < 5; running += 1) {
      const plan = { name: 'max5', running, max: 5 };
      const reservedBytes = running * 100 * MEBIBYTE;
      expect(decideAdmission(facts({ plan, reservedBytes }), policy)).toEqual({ verdict: 'start' });
    }
  });

  it.each<[string, Partial<StartFacts>, object]>([
    [
      'little free memory',
      { machine: memory(2_048, 300) },
      {
        verdict: 'queue',
        because: 'memory',
        why: '300 MiB of memory are free, and 356 MiB are needed: 100 for it, and 256 that stay free',
      },
    ],
    [
      'memory that others were just promised',
      { machine: memory(2_048, 900), reservedBytes: 600 * MEBIBYTE },
      {
        verdict: 'queue',
        why: expect.stringContaining('300 MiB of memory are free beside what was just') as string,
      },
    ],
    [
      'a machine that is too small for it',
      { machine: memory(300, 290) },
      {
        verdict: 'refuse',
        because: 'memory',
        why: expect.stringMatching(/^the machine has 300 MiB/) as string,
      },
    ],
    [
      'a load far beyond what its cores can do',
      { machine: { ...healthy, load: { average: 40.2, cores: 2 } } },
      { verdict: 'queue', because: 'load', why: 'the load is 40.2 on 2 cores, and starts wait above 40.0' },
    ],
    [
      'a limit of all agents that is reached',
      { agents: { heldBytes: 450 * MEBIBYTE, limitBytes: 500 * MEBIBYTE } },
      {
        verdict: 'queue',
        because: 'agents',
        why: 'all agents together may hold 500 MiB of memory; the others have 450, and it is expected to need 100',
      },
    ],
    [
      'a limit of all agents that it exceeds alone',
      { agents: { heldBytes: 0, limitBytes: 64 * MEBIBYTE } },
      { verdict: 'refuse', because: 'agents' },
    ],
    [
      'a plan that is full, for one that belongs to the team',
      { plan: { name: 'pro', running: 3, max: 3 } },
      { verdict: 'queue', because: 'plan', why: 'its plan pro carries 3 agents, and 3 others run' },
    ],
    [
      'a plan that is full, for one more',
      { plan: { name: 'pro', running: 3, max: 3 }, isAddition: true },
      { verdict: 'refuse', because: 'plan' },
    ],
  ])('answers %s with its number', (_what, patch, expected) => {
    expect(decideAdmission(facts(patch), policy)).toMatchObject(expected);
  });

  it('holds nothing back because of what is not known, or when it is switched off', () => {
    const unknown = facts({
      machine: { memory: null, load: null },
      plan: { name: 'console', running: 99, max: null },
    });
    expect(decideAdmission(unknown, policy)).toEqual({ verdict: 'start' });
    const off = AdmissionPolicy.parse({ enabled: false });
    expect(decideAdmission(facts({ machine: memory(1, 0) }), off)).toEqual({ verdict: 'start' });
    const noLoad = AdmissionPolicy.parse({ loadPerCoreMax: null });
    const busy = facts({ machine: { ...healthy, load: { average: 1e6, cores: 1 } } });
    expect(decideAdmission(busy, noLoad)).toEqual({ verdict: 'start' });
  });

  const amount = fc.integer({ min: 0, max: 64 * 1024 }).map((mb) => mb * MEBIBYTE);
  const anyFacts: fc.Arbitrary<StartFacts> = fc.record({
    machine: fc.record({
      memory: fc.option(
        fc
          .tuple(amount, fc.double({ min: 0, max: 1, noNaN: true }))
          .map(([totalBytes, part]) => ({ totalBytes, availableBytes: totalBytes * part })),
      ),
      load: fc.option(
        fc.record({
          average: fc.double({ min: 0, max: 500, noNaN: true }),
          cores: fc.integer({ min: 1, max: 64 }),
        }),
      ),
    }),
    expectedBytes: amount,
    reservedBytes: amount,
    agents: fc.record({ heldBytes: amount, limitBytes: fc.option(amount) }),
    plan: fc.record({
      name: fc.constant('max5'),
      running: fc.nat({ max: 20 }),
      max: fc.option(fc.integer({ min: 1, max: 20 })),
    }),
    isAddition: fc.boolean(),
  });

  it('never takes what must stay free, what others were promised, or more than the plan carries', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const { machine, expectedBytes, reservedBytes, agents, plan } = given;
        if (decideAdmission(given, policy).verdict !== 'start') return;
        const need = expectedBytes + reservedBytes;
        if (machine.memory)
          expect(machine.memory.availableBytes - need).toBeGreaterThanOrEqual(policy.freeMemoryMb * MEBIBYTE);
        if (agents.limitBytes !== null)
          expect(agents.heldBytes + need).toBeLessThanOrEqual(agents.limitBytes);
        if (plan.max !== null) expect(plan.running).toBeLessThan(plan.max);
      }),
    );
  });

  it('a wait is over once everybody else has ended, and a no is not', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const { memory: had } = given.machine;
        const alone: StartFacts = {
          ...given,
          machine: { memory: had && { ...had, availableBytes: had.totalBytes }, load: null },
          reservedBytes: 0,
          agents: { ...given.agents, heldBytes: 0 },
          plan: { ...given.plan, running: 0 },
        };
        const { verdict } = decideAdmission(given, policy);
        const calm = decideAdmission(alone, policy);
        if (verdict !== 'refuse') expect(calm.verdict).toBe('start');
        else expect(['refuse', given.isAddition ? 'start' : 'refuse']).toContain(calm.verdict);
      }),
    );
  });

  it('more free memory and less load never turn a start into a wait', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        if (decideAdmission(given, policy).verdict !== 'start') return;
        const { memory: had, load } = given.machine;
        const better: Machine = {
          memory: had && { totalBytes: had.totalBytes * 2, availableBytes: had.availableBytes * 2 },
          load: load && { ...load, average: load.average / 2 },
        };
        expect(decideAdmission({ ...given, machine: better }, policy).verdict).toBe('start');
      }),
    );
  });
});
