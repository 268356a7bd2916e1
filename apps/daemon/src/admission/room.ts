import {
  decideAdmission,
  expectMemory,
  forgetOthers,
  MemoryHistory,
  noteMemory,
  sumReserved,
  type Admission,
} from '@orc/admission';
import type { MachineView } from '@orc/contracts';
import { readMachine } from '@orc/process';
import type { Agent } from '@orc/registry';
import type { Catalogue } from '@orc/team-planner';
import type { Parts } from '../parts.ts';
import type { UsageWatch } from '../supervision/usage.ts';
import type { LaunchReason } from '../team/opening-message.ts';
import type { StartQueue } from './start-queue.ts';

const HISTORY = 'admission.memory';
const MEBIBYTE = 1024 * 1024;
const NO_PLAN = { name: '', running: 0, max: null };

export type Candidate = Pick<Agent, 'id' | 'project' | 'runtime'>;

type Needed = Pick<Parts, 'registry' | 'config' | 'clock' | 'environment'>;

interface Deps {
  readonly usage: Pick<UsageWatch, 'of'>;
  readonly starts: StartQueue;
  readonly catalogue: Pick<Catalogue, 'plans'>;
}

/** What the machine has, what agents hold and what the plan of a team carries, judged by `@orc/admission`. */
export function createRoom(parts: Needed, { usage, starts, catalogue }: Deps) {
  const { registry, config, environment } = parts;
  const { totalLimits } = config.supervision;
  const limitBytes = totalLimits.memoryMb === null ? null : totalLimits.memoryMb * MEBIBYTE;
  const heldBy = (agentId: string): number => usage.of(agentId)?.memoryBytes ?? 0;
  const running = () => registry.listAgents().filter(({ desired }) => desired === 'running');
  const heldByAll = () => running().reduce((sum, { id }) => sum + heldBy(id), 0);
  const machineNow = () => readMachine({ proc: environment['ORC_PROC'] ?? '/proc' });
  const memory = createMemory(parts, { heldBy, running });

  /** Other agents of the team that run, or are to: those that wait for their start are none of them. */
  const planOf = ({ id, project: slug }: Candidate) => {
    const name = registry.getProject(slug).plan;
    const others = registry
      .listAgents({ project: slug })
      .filter((agent) => agent.id !== id && !starts.has(agent.id))
      .filter((agent) => agent.desired === 'running' || memory.isReserved(agent.id));
    const max = catalogue.plans.find((plan) => plan.id === name)?.agentsMax ?? null;
    return { name, running: others.length, max };
  };

  return {
    decide: (candidate: Candidate, reason: LaunchReason): Admission =>
      decideAdmission(
        {
          machine: machineNow(),
          expectedBytes: memory.expectedOf(candidate),
          reservedBytes: memory.reservedBeside(candidate.id),
          // What an agent held before it ended is free again when it is started anew.
          agents: { heldBytes: heldByAll() - heldBy(candidate.id), limitBytes },
          plan: planOf(candidate),
          isAddition: reason === 'start',
        },
        config.admission,
      ),
    reserve: memory.reserve,
    release: memory.release,
    note: (): void => memory.note(),
    /** What the machine has, who waits for it, and why anybody would. */
    machine: (): MachineView => {
      const machine = machineNow();
      const agents = { heldBytes: heldByAll(), limitBytes };
      const facts = { machine, agents, expectedBytes: 0, reservedBytes: memory.reservedBeside(null) };
      const verdict = decideAdmission({ ...facts, plan: NO_PLAN, isAddition: false }, config.admission);
      const waiting = starts.list().map(({ agentId, since }) => {
        return { agent: agentId, since, why: starts.of(agentId)?.why ?? '' };
      });
      const pressure = verdict.verdict === 'start' ? null : verdict.why;
      return { memory: machine.memory, load: machine.load, agents, pressure, waiting };
    },
  };
}

export type Room = ReturnType<typeof createRoom>;

/** What agents held in earlier launches, and what is kept for those that were just started. */
function createMemory(
  { registry, config, clock }: Needed,
  { heldBy, running }: { heldBy: (agentId: string) => number; running: () => readonly Agent[] },
) {
  const policy = config.admission;
  const recent = new Map<string, { readonly startedAt: number; readonly expectedBytes: number }>();
  let history: MemoryHistory = MemoryHistory.safeParse(registry.getValue(HISTORY)).data ?? {};
  const expectedOf = ({ id, runtime }: Candidate) => expectMemory(history, { agentId: id, runtime }, policy);
  return {
    expectedOf,
    isReserved: (agentId: string): boolean => recent.has(agentId),
    reserve: (candidate: Candidate): void =>
      void recent.set(candidate.id, { startedAt: clock.now(), expectedBytes: expectedOf(candidate) }),
    /** The start came to nothing: what was kept for it is free again. */
    release: (agentId: string): void => void recent.delete(agentId),
    reservedBeside(agentId: string | null): number {
      const now = clock.now();
      for (const [id, { startedAt }] of recent) if (now - startedAt >= policy.settleMs) recent.delete(id);
      const others = [...recent].filter(([id]) => id !== agentId);
      const known = others.map(([id, start]) => ({ ...start, heldBytes: heldBy(id) }));
      return sumReserved(known, now, policy);
    },
    /** Takes in what agents hold now; called after each reading. */
    note(): void {
      const before = history;
      for (const { id: agentId, runtime, launchCount: launch } of running()) {
        const bytes = heldBy(agentId);
        if (bytes > 0) history = noteMemory(history, { agentId, runtime, launch, bytes });
      }
      history = forgetOthers(history, new Set(registry.listAgents().map(({ id }) => id)));
      if (history !== before) registry.setValue(HISTORY, history);
    },
  };
}
