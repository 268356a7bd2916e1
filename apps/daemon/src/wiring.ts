import type { HookFact } from '@orc/claude-hooks';
import type { AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import { loadCatalogue } from '@orc/team-planner';
import { createStartsJob } from './admission/go-on.ts';
import type { StartQueue } from './admission/start-queue.ts';
import { wireAdmission } from './admission/wire.ts';
import { createChannels } from './channels/channels.ts';
import type { Costs } from './costs/wire.ts';
import type { Credits } from './credits/wire.ts';
import { createNoticePipeline } from './events/notice-pipeline.ts';
import { createConsequences } from './messaging/consequences.ts';
import { createEvidence } from './messaging/evidence.ts';
import { createHookDesk } from './messaging/hooks.ts';
import { createMailbox } from './messaging/mailbox.ts';
import { createNotices } from './messaging/notices.ts';
import { createNudge } from './messaging/nudge.ts';
import { createLedgerPublisher } from './messaging/publish.ts';
import { createTargets } from './messaging/targets.ts';
import { createWaiters } from './messaging/waiters.ts';
import { createWaker } from './messaging/wake.ts';
import type { Parts } from './parts.ts';
import { createAgentHooks } from './rules/agent-hooks.ts';
import { createAfterBoot } from './supervision/after-boot.ts';
import { createAfterReset } from './supervision/after-reset.ts';
import { careJobs } from './supervision/care.ts';
import { createFailures } from './supervision/failures.ts';
import { createObserver } from './supervision/observe.ts';
import { createOrphanWatch } from './supervision/orphans.ts';
import { createRestarts } from './supervision/restarts.ts';
import { createScreenWitness } from './supervision/screens.ts';
import { createUsageWatch } from './supervision/usage.ts';
import { createWitness } from './supervision/witness.ts';
import { createHandOut } from './tasks/hand-out.ts';
import { safely } from './system/safely.ts';
import { createBriefings } from './team/briefings.ts';
import { createCheckpoints } from './team/checkpoints.ts';
import { createLauncher } from './team/launch.ts';
import { createReadiness } from './team/readiness.ts';
import { createRebriefs } from './team/rebriefs.ts';
import { createResume } from './team/resume.ts';
import type { Programs } from './team/settings.ts';
import { createUp } from './team/up.ts';
import { createViews } from './team/views.ts';

type StateOf = (agent: Agent) => AgentState;

/** Hears of every hook of an agent, once what it says is noted. */
export type HookListener = (agent: Agent, facts: readonly HookFact[]) => void;

/**
 * How mail leaves the ledger, who is woken for it, and who is told when it goes nowhere. Waiters and waker
 * need each other: one is reached through a function, which is called only once both are there.
 */
export function wireMessaging(parts: Parts, stateOf: StateOf) {
  const targets = createTargets(parts);
  const pipeline = createNoticePipeline(parts);
  const notices = createNotices(parts, pipeline);
  const mailbox = createMailbox(parts);
  const channels = createChannels(parts, notices, stateOf);
  const nudge = createNudge(parts, channels);
  const waiters = createWaiters((agentId) => waker.wakeOne(agentId));
  const waker = createWaker(parts, { mailbox, waiters, nudge, channels, stateOf });
  const publisher = createLedgerPublisher(parts);
  const consequences = createConsequences(parts, notices);
  return { targets, pipeline, notices, channels, mailbox, waiters, waker, publisher, consequences };
}

export type Messaging = ReturnType<typeof wireMessaging>;

/** How a team comes to be: planned, briefed, launched, given its work, and brought back. */
export function wireTeam(
  parts: Parts,
  {
    programs,
    stateOf,
    starts,
    messaging,
    credits,
    costs,
  }: {
    programs: Programs;
    stateOf: StateOf;
    starts: StartQueue;
    messaging: Messaging;
    credits: Credits;
    costs: Costs;
  },
) {
  const { targets, mailbox, notices } = messaging;
  const catalogue = loadCatalogue();
  const usage = createUsageWatch(parts, notices);
  const admission = wireAdmission(parts, { usage, notices, starts, catalogue });
  const views = createViews(parts, { stateOf, usage });
  const briefings = createBriefings(parts, catalogue);
  const readiness = createReadiness(parts);
  const handOut = createHandOut(
    parts,
    (agent, priority) => credits.mayStart(agent, priority) && costs.mayStart(agent) && !starts.has(agent.id),
  );
  const gitHooks = createAgentHooks(parts, programs);
  const rebriefs = createRebriefs(parts, briefings);
  const checkpoints = createCheckpoints(parts);
  const afterReset = createAfterReset(parts);
  const launcher = createLauncher(parts, { programs, rebriefs, gitHooks, admission, spill: mailbox.spill });
  const deps = {
    ...{ catalogue, targets, notices, views, launcher, briefings, rebriefs, checkpoints },
    ...{ handOut, readiness, afterReset, admission, stateOf },
    afterBoot: createAfterBoot(parts, { launcher: launcher.whileWanted, handOut, afterReset, notices }),
  };
  return { ...deps, usage, up: createUp(parts, deps), resume: createResume(parts, deps) };
}

export type Team = ReturnType<typeof wireTeam>;

interface SupervisionDeps {
  readonly stateOf: StateOf;
  readonly starts: StartQueue;
  readonly messaging: Messaging;
  readonly team: Team;
  readonly credits: Credits;
  readonly costs: Costs;
}

/**
 * Who is believed about an agent (hooks, transcripts, records, screens), and what follows from its end.
 * Observer and evidence need each other in the same way as waiters and waker.
 */
export function wireSupervision(
  parts: Parts,
  { stateOf, starts, messaging, team, credits, costs }: SupervisionDeps,
) {
  const { notices, channels, mailbox, waker } = messaging;
  const { briefings, rebriefs, checkpoints, readiness, afterReset, admission } = team;
  const launcher = team.launcher.whileWanted;
  const hookListeners = new Set<HookListener>();
  const restarts = createRestarts(parts, { launcher, notices, afterReset, starts, stateOf });
  const failures = createFailures(parts, {
    notices,
    wakeStuck: waker.wakeStuck,
    // What the transcript says about the limit parks the mail already; see `observe.ts`.
    onLimit: () => undefined,
  });
  const observer = createObserver(parts, {
    evidence: () => evidence,
    readiness,
    failures,
    restarts,
    rebriefs,
    wake: waker.wakeOne,
    listeners: [credits.listener, costs.listener],
  });
  const evidence = createEvidence(parts, channels, observer.fromTranscript);
  const desk = createHookDesk(
    parts,
    { mailbox, channels, evidence },
    {
      survivalNotes: briefings.survivalNotes,
      rebrief: (agent, reason) => rebriefs.queue(agent, reason),
      onGoesOn: (agent, at) => credits.governor.wentOn(agent.id, at),
      onCompaction: safely(parts.log, 'a checkpoint', async (agent) => {
        await checkpoints.write(agent, 'its conversation is about to be compacted');
      }),
    },
    (agent, facts) => {
      observer.fromHook(agent, facts);
      for (const listen of hookListeners) listen(agent, facts);
    },
  );
  const witness = createWitness(parts, stateOf, (agent, { state }) => {
    if (state === 'idle') waker.wakeOne(agent.id);
  });
  const lookAtScreens = createScreenWitness(parts, stateOf, credits.listener.fromScreen);
  const orphans = createOrphanWatch(parts);
  const jobs = careJobs(parts, {
    ...{ stateOf, notices, launcher, restarts, afterReset, failures, orphans },
    ...{ usage: team.usage, afterBoot: team.afterBoot, admission },
    startWaiting: createStartsJob(parts, { starts, admission, launcher, notices }),
  });
  const onHook = (listener: HookListener) => void hookListeners.add(listener);
  return {
    restarts,
    observer,
    evidence,
    desk,
    witness,
    lookAtScreens,
    failures,
    orphans,
    jobs,
    onHook,
  };
}
