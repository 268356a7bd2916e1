import type { AgentState, MachineView } from '@orc/contracts';
import type { BusEvent } from '@orc/event-bus';
import type { Agent } from '@orc/registry';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Handler } from '../http/handlers.ts';
import type { Parts } from '../parts.ts';
import { version } from '../system/version.ts';
import type { Alerts } from './alerts.ts';
import type { Export } from './export.ts';
import { createWatching } from './watching.ts';

type HookHandler = Handler<'hooks'>;

const MS = 1_000;
/** A session that goes on after its context was compacted says so near the beginning. */
const COMPACTED = /"source"\s*:\s*"compact"/;
const HEAD_CHARACTERS = 4_096;
/** `quantile` is a label that only summaries may have. */
const PERCENTILES = [
  ['50', 'p50Ms'],
  ['95', 'p95Ms'],
  ['99', 'p99Ms'],
] as const;

interface Deps {
  readonly stateOf: (agent: Agent) => AgentState;
  readonly machine: () => MachineView;
  readonly alerts: Alerts;
  readonly exporting: Export;
}

/**
 * What monitoring reads. Names and units follow Prometheus: seconds, bytes, `_total` for what only grows and
 * begins anew with the daemon. Labels are bounded: agents that are there, kinds and states that are known.
 */
export function createMetrics(parts: Parts, deps: Deps) {
  const register = new Registry();
  const read = registerReadings(register, parts, deps);
  const counters = countersOf(register);
  const watching = createWatching(parts, counters);
  return {
    /** The same handler, with every call counted, and contexts that were compacted. */
    countHooks:
      (handle: HookHandler): HookHandler =>
      async (call) => {
        try {
          const answer = await handle(call);
          counters.hooks.inc({ result: 'ok' });
          if (call.caller.type === 'agent' && COMPACTED.test(String(call.body).slice(0, HEAD_CHARACTERS)))
            counters.compactions.inc({ agent: watching.label(call.caller.name) });
          return answer;
        } catch (error) {
          counters.hooks.inc({ result: 'failed' });
          throw error;
        }
      },
    /** In the text format of Prometheus, as things are now. */
    text: async (): Promise<string> => {
      await watching.foldEnded();
      read();
      return register.metrics();
    },
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  };
}

/** What is counted as it happens. */
function countersOf(register: Registry) {
  const registers = [register];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    buckets: number[],
  ) => new Histogram({ name, help, labelNames, buckets, registers });
  return {
    transitions: counter('orc_message_transitions_total', 'Steps of messages in the ledger.', ['action']),
    delivery: histogram(
      'orc_message_delivery_seconds',
      'From a message being sent to being seen by its recipient.',
      [],
      [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
    ),
    finished: counter('orc_tasks_total', 'Work that ended, by outcome.', ['agent', 'outcome']),
    timed: counter('orc_tasks_timed_total', 'Work that ended and whose duration is known.', []),
    duration: histogram(
      'orc_task_duration_seconds',
      'How long work took.',
      ['kind'],
      [1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 14_400],
    ),
    handedOut: counter('orc_tasks_handed_out_total', 'Tasks that were given to an agent.', []),
    reassigned: counter('orc_tasks_reassigned_total', 'Tasks that somebody gave to another agent.', []),
    hooks: counter(
      'orc_hook_events_total',
      'What hooks of the client brought, by whether it could be used.',
      ['result'],
    ),
    crashes: counter('orc_agent_crashes_total', 'Ends of agents that nobody asked for.', ['agent']),
    restarts: counter('orc_agent_restarts_total', 'Agents that were started again.', ['agent']),
    restartTime: histogram(
      'orc_agent_restart_seconds',
      'From the end of an agent to its being started again.',
      [],
      [0.25, 0.5, 1, 2, 5, 10, 30, 60, 600],
    ),
    compactions: counter('orc_agent_compactions_total', 'Contexts that were compacted.', ['agent']),
    rebriefs: counter(
      'orc_rebriefs_total',
      'Briefings after the first one, by whether they were sent or seen.',
      ['step'],
    ),
    checkIns: counter('orc_schedule_firings_total', 'What was due, by what became of it.', ['outcome']),
    starts: counter('orc_starts_total', 'Starts of agents that waited or were refused.', ['outcome']),
    notices: counter('orc_alerts_total', 'Alerts that began.', ['rule']),
  };
}

export type Counters = ReturnType<typeof countersOf>;

/** What is read when somebody asks. */
function registerReadings(
  register: Registry,
  parts: Parts,
  { stateOf, machine, alerts, exporting }: Deps,
): () => void {
  const { queue, registry, board, clock, config } = parts;
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name, help, labelNames, registers: [register] });
  const info = gauge('orc_build_info', 'The version that runs.', ['version']);
  const started = gauge('process_start_time_seconds', 'When the daemon was started.');
  const memory = gauge('process_resident_memory_bytes', 'Memory of the daemon itself.');
  const depth = gauge('orc_queue_depth', 'Messages that are not delivered yet.', ['priority']);
  const agentDepth = gauge('orc_agent_queue_depth', 'Messages that are not delivered yet.', ['agent']);
  const messages = gauge('orc_messages', 'Messages that are stored, by state.', ['state']);
  const readMachine = registerMachine(register);
  const percentile = gauge('orc_task_duration_percentile_seconds', 'Exact, of all work that is stored.', [
    'percentile',
  ]);
  const agents = gauge('orc_agents', 'Agents, by state.', ['state']);
  const running = gauge('orc_agent_up', '1 while the agent runs as it should.', ['agent']);
  const tasks = gauge('orc_tasks', 'Tasks of the plans, by state.', ['state']);
  const open = gauge('orc_alerts_open', 'Alerts that go on.', ['rule']);
  const exported = gauge(
    'orc_exported_completions',
    'Completions handed to the sink since the daemon began.',
  );
  const exportedAt = gauge('orc_export_last_success_timestamp_seconds', 'When the sink had everything last.');
  started.set((clock.now() - process.uptime() * MS) / MS);
  info.set({ version }, 1);

  return () => {
    memory.set(process.memoryUsage.rss());
    for (const each of [depth, agentDepth, messages, agents, running, tasks, open]) each.reset();
    readMachine(machine());
    const stats = queue.stats();
    for (const level of ['high', 'normal', 'low'] as const)
      depth.set(
        { priority: level },
        stats.recipients.reduce((sum, each) => sum + each.depthByLevel[level], 0),
      );
    for (const [state, n] of Object.entries(stats.byState)) messages.set({ state }, n);
    for (const [name, key] of PERCENTILES)
      percentile.set({ percentile: name }, (stats.duration[key] ?? 0) / MS);
    const present = registry.listAgents().filter(({ desired }) => desired !== 'ended');
    for (const agent of present) {
      const { state } = stateOf(agent);
      agents.inc({ state });
      if (agent.desired === 'running') running.set({ agent: agent.id }, state === 'crashed' ? 0 : 1);
      agentDepth.set(
        { agent: agent.id },
        stats.recipients.find(({ recipient }) => recipient === agent.id)?.depth ?? 0,
      );
    }
    for (const { slug } of registry.listProjects())
      for (const [state, n] of Object.entries(board.counts(slug))) tasks.inc({ state }, n);
    for (const { name } of config.numbers.alerts)
      open.set({ rule: name }, alerts.open().filter(({ rule }) => rule === name).length);
    const { exported: count, lastAt } = exporting.stats();
    exported.set(count);
    if (lastAt !== null) exportedAt.set(lastAt / MS);
  };
}

/** What the machine has for agents; what the system does not say is left out. */
function registerMachine(register: Registry): (machine: MachineView) => void {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [register] });
  const total = gauge('orc_machine_memory_bytes', 'Memory of the machine or container.');
  const available = gauge('orc_machine_memory_available_bytes', 'Memory that may be used without swapping.');
  const load = gauge('orc_machine_load_average', 'Load of the last minute.');
  const cores = gauge('orc_machine_cores', 'Cores that carry the load.');
  const held = gauge('orc_agents_memory_bytes', 'Memory that all agents hold together.');
  const waiting = gauge('orc_starts_waiting', 'Agents that wait to be started.');
  const pressure = gauge('orc_machine_pressure', '1 while the machine is the reason that nobody is started.');
  return (machine) => {
    if (machine.memory) {
      total.set(machine.memory.totalBytes);
      available.set(machine.memory.availableBytes);
    }
    if (machine.load) {
      load.set(machine.load.average);
      cores.set(machine.load.cores);
    }
    held.set(machine.agents.heldBytes);
    waiting.set(machine.waiting.length);
    pressure.set(machine.pressure === null ? 0 : 1);
  };
}

export type WatchedEvent = BusEvent;
