import { describeError } from '@orc/errors';
import {
  governor,
  holdsOf,
  parseState,
  pressureOf,
  type CreditContext,
  type CreditSignal,
  type CreditState,
  type CreditStep,
  type Hold,
} from '@orc/credit-monitor';
import type { Agent } from '@orc/registry';
import type { Notices } from '../messaging/notices.ts';
import { SYSTEM, type Parts } from '../parts.ts';
import { accountOf } from './accounts.ts';
import { createEffects } from './effects.ts';
import { createNotes } from './notes.ts';
import type { Parking } from './parking.ts';
import { parkReason } from './texts.ts';

const KEY = 'credits.state';
const SAVE_MS = 60_000;

type Needed = Pick<Parts, 'registry' | 'queue' | 'bus' | 'clock' | 'log'> & {
  readonly config: Pick<Parts['config'], 'credits'>;
};

interface Deps {
  readonly notices: Notices;
  readonly parking: Parking;
  readonly clearTheWay: (agent: Agent) => void;
  readonly random?: () => number;
}

/** What is known of limits, and how a step of the rules takes effect. */
interface Keeper {
  readonly state: () => CreditState;
  readonly take: (step: CreditStep) => void;
  /** Makes the states and the mail of agents what the limits want them to be, where they are not so already. */
  readonly apply: () => void;
  readonly save: (options?: { readonly unlessRecent: boolean }) => void;
}

/**
 * Effects are done before the state is kept, and each under an id made of its key: a daemon that is killed
 * in between does them again, and nobody hears anything twice.
 */
function createKeeper(parts: Needed, { notices, parking, clearTheWay }: Deps): Keeper {
  const { registry, clock, config } = parts;
  const { windows } = config.credits;
  const perform = createEffects(parts, { notices, credits: config.credits, clearTheWay });
  const note = createNotes(parts, windows);
  let state = load(parts);
  let kept = state;
  let savedAt = clock.now();

  const save: Keeper['save'] = ({ unlessRecent } = { unlessRecent: false }) => {
    if (kept === state || (unlessRecent && clock.now() - savedAt < SAVE_MS)) return;
    registry.setValue(KEY, state);
    kept = state;
    savedAt = clock.now();
  };
  parking.add(() => new Map([...holdsOf(state)].map(([id, hold]) => [id, parkReason(hold, windows)])));
  const apply = (): void => {
    note(holdsOf(state));
    parking.reconcile();
  };
  note(holdsOf(state));

  return {
    ...{ state: () => state, save, apply },
    take(step) {
      if (step.state === state) return;
      step.effects.forEach(perform);
      const before = state;
      state = step.state;
      // How far each agent was answered is in its transcript too, and not worth a write for each answer.
      if (step.effects.length === 0 && state.episodes.length === 0 && before.episodes.length === 0) return;
      save();
      apply();
    },
  };
}

/** Joins the rules of limits with the ledger, the registry and the bus. */
export function createGovernor(parts: Needed, deps: Deps) {
  const { registry, queue, bus, clock, config, log } = parts;
  const policy = config.credits;
  const { state, take, save, apply } = createKeeper(parts, deps);
  const describe = createDescription(parts);
  const context = (): CreditContext => ({
    ...{ now: clock.now(), policy, random: deps.random ?? Math.random },
    // Asked for only while somebody is limited.
    get agents() {
      return registry.listAgents().map(describe.agent);
    },
  });
  const change = (name: string, account: string, next: CreditState): void => {
    take({ state: next, effects: [] });
    bus.publish(`credits.${name}`, { account }, { source: 'credits' });
  };
  const begun = (agentId: string, at: number): void =>
    take({ state: governor.begun(state(), { agentId, at }), effects: [] });
  return {
    observe: (agent: Agent, signal: CreditSignal): void =>
      take(governor.observe(state(), { agent: describe.agent(agent), signal }, context())),
    answered(agentId: string, { at, model }: { readonly at: number; readonly model: string }): void {
      describe.answeredBy(agentId, model);
      take(governor.answered(state(), { agentId, at }, context()));
    },
    begun,
    /** The client goes on with a prompt of its own: what would tell it to, and is not out yet, is taken back. */
    wentOn(agentId: string, at: number): void {
      begun(agentId, at);
      for (const { id } of queue.list({ recipient: agentId, kind: 'continue', state: ['queued', 'leased'] }))
        queue.cancel(id, { reason: 'its client went on by itself', by: SYSTEM });
    },
    tick(): void {
      take(governor.advance(state(), context()));
      // Also when nothing has changed: a step that could not be kept has not got as far as this.
      apply();
      save({ unlessRecent: true });
    },
    resume: (account: string): void =>
      change('resume_asked', account, governor.resumeNow(state(), account, { now: clock.now() })),
    forget: (account: string): void => change('forgotten', account, governor.forget(state(), account)),
    state,
    holds: (): ReadonlyMap<string, Hold> => holdsOf(state()),
    accountOf: (agent: Agent): string => accountOf(agent, policy),
    /** True while an agent waits for a limit; whoever would talk to it should come again at `resumesAt`. */
    isLimited: (agentId: string): boolean => holdsOf(state()).has(agentId),
    /** Milliseconds since 1970; `null` for one that is not limited. */
    resumesAt: (agentId: string): number | null => holdsOf(state()).get(agentId)?.resumesAt ?? null,
    /** From 0 to 1, 1 while limited. */
    pressureOf: (agent: Agent): number => pressureOf(state(), accountOf(agent, policy), clock.now()),
    [Symbol.dispose](): void {
      try {
        save();
      } catch (error) {
        log.error({ problem: describeError(error) }, 'what is known of limits could not be kept');
      }
    },
  };
}

export type Governor = ReturnType<typeof createGovernor>;

/** Agents as the rules know them; which model answers one is remembered, since it is asked for often. */
function createDescription({ registry, config }: Needed) {
  const models = new Map<string, string | null>();
  const modelOf = (agentId: string): string | null => {
    const known = models.get(agentId);
    if (known !== undefined) return known;
    const usage = registry
      .facts(agentId)
      .find(({ kind, source }) => kind === 'usage' && source === 'transcript')?.value;
    const model =
      typeof usage === 'object' && usage !== null && 'model' in usage ? String(usage.model) : null;
    models.set(agentId, model);
    return model;
  };
  return {
    answeredBy: (agentId: string, model: string): void => void models.set(agentId, model),
    agent: (agent: Agent) => ({
      id: agent.id,
      account: accountOf(agent, config.credits),
      model: modelOf(agent.id),
      isRunning: agent.desired === 'running',
    }),
  };
}

function load({ registry, log, bus }: Needed): CreditState {
  try {
    return parseState(registry.getValue(KEY));
  } catch (error) {
    // Nothing of it is worth a daemon that does not start: the next notice of a client brings it back.
    const problem = describeError(error);
    log.error({ problem }, 'what was known of limits is lost');
    bus.publish('credits.lost', { problem }, { source: 'credits', severity: 'warning' });
    return parseState(undefined);
  }
}
