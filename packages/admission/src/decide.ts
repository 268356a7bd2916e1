import type { AdmissionPolicy } from './policy.ts';

/** What a machine has. `null` where it cannot be told, and then nothing is held back because of it. */
export interface Machine {
  readonly memory: { readonly totalBytes: number; readonly availableBytes: number } | null;
  /** `average` is that of the last minute. */
  readonly load: { readonly average: number; readonly cores: number } | null;
}

export interface StartFacts {
  readonly machine: Machine;
  /** What this agent is expected to need; see `expectMemory`. */
  readonly expectedBytes: number;
  /** What agents that were just started will still take; see `sumReserved`. */
  readonly reservedBytes: number;
  /** All agents together: what they hold, and what they may; `null` is no limit. */
  readonly agents: { readonly heldBytes: number; readonly limitBytes: number | null };
  /** Other agents of the team that run or are to run, and how many the plan carries; `null` is no limit. */
  readonly plan: { readonly name: string; readonly running: number; readonly max: number | null };
  /** Whether it is one more than was decided on: then a full plan is a no and not a wait. */
  readonly isAddition: boolean;
}

export type Obstacle = 'plan' | 'agents' | 'memory' | 'load';

/** `why` has the numbers, in words that a person can act on. */
export type Admission =
  | { readonly verdict: 'start' }
  | { readonly verdict: 'queue' | 'refuse'; readonly because: Obstacle; readonly why: string };

const MEBIBYTE = 1024 * 1024;
const GO: Admission = { verdict: 'start' };

/**
 * Whether an agent starts now. What can pass by itself makes it wait; what cannot, such as an agent that needs
 * more than the machine has, is refused. An obstacle that is not known of is none.
 */
export function decideAdmission(facts: StartFacts, policy: AdmissionPolicy): Admission {
  if (!policy.enabled) return GO;
  const obstacles = [
    judgePlan(facts),
    judgeAgents(facts),
    judgeMemory(facts, policy),
    judgeLoad(facts, policy),
  ];
  // A no is final: whoever is told to wait for one thing should not hear of the no afterwards.
  const isNo = (found: Admission | undefined) => found?.verdict === 'refuse';
  return obstacles.find(isNo) ?? obstacles.find((found) => found !== undefined) ?? GO;
}

function judgePlan({ plan, isAddition }: StartFacts): Admission | undefined {
  if (plan.max === null || plan.running < plan.max) return undefined;
  const why = `its plan ${plan.name} carries ${plan.max} agents, and ${plan.running} others run`;
  return { verdict: isAddition ? 'refuse' : 'queue', because: 'plan', why };
}

function judgeAgents({ agents, expectedBytes, reservedBytes }: StartFacts): Admission | undefined {
  const { heldBytes, limitBytes } = agents;
  if (limitBytes === null) return undefined;
  const limit = `all agents together may hold ${inMb(limitBytes)} MiB of memory`;
  if (expectedBytes > limitBytes)
    return {
      verdict: 'refuse',
      because: 'agents',
      why: `it is expected to need ${inMb(expectedBytes)} MiB, and ${limit}`,
    };
  const taken = heldBytes + reservedBytes;
  if (taken + expectedBytes <= limitBytes) return undefined;
  const why = `${limit}; the others have ${inMb(taken)}, and it is expected to need ${inMb(expectedBytes)}`;
  return { verdict: 'queue', because: 'agents', why };
}

function judgeMemory(
  { machine: { memory }, expectedBytes, reservedBytes }: StartFacts,
  { freeMemoryMb }: AdmissionPolicy,
): Admission | undefined {
  if (memory === null) return undefined;
  const needed = expectedBytes + freeMemoryMb * MEBIBYTE;
  const needs = `${inMb(needed)} MiB are needed: ${inMb(expectedBytes)} for it, and ${freeMemoryMb} that stay free`;
  if (needed > memory.totalBytes)
    return {
      verdict: 'refuse',
      because: 'memory',
      why: `the machine has ${inMb(memory.totalBytes)} MiB of memory, and ${needs}`,
    };
  const free = memory.availableBytes - reservedBytes;
  if (free >= needed) return undefined;
  const kept = reservedBytes === 0 ? '' : ` beside what was just started`;
  const why = `${inMb(Math.max(0, free))} MiB of memory are free${kept}, and ${needs}`;
  return { verdict: 'queue', because: 'memory', why };
}

function judgeLoad(
  { machine: { load } }: StartFacts,
  { loadPerCoreMax }: AdmissionPolicy,
): Admission | undefined {
  if (load === null || loadPerCoreMax === null) return undefined;
  const { average, cores } = load;
  const max = loadPerCoreMax * Math.max(1, cores);
  if (average <= max) return undefined;
  const why = `the load is ${average.toFixed(1)} on ${cores} cores, and starts wait above ${max.toFixed(1)}`;
  return { verdict: 'queue', because: 'load', why };
}

function inMb(bytes: number): number {
  return Math.round(bytes / MEBIBYTE);
}
