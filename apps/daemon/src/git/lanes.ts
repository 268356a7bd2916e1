import { join } from 'node:path';
import type { AgentState, LaneStatus } from '@orc/contracts';
import { describeError } from '@orc/errors';
import { judgeLane, lanesOf, type AgentFacts, type Lane, type LaneSync } from '@orc/git-monitor';
import { appendJsonl } from '@orc/jsonl';
import type { Agent, Project } from '@orc/registry';
import { noticeId } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { createCoalescer } from './coalesce.ts';
import { isBusy } from './handlers.ts';
import { describeLanes } from './lane-status.ts';
import { whyLanesAreClosed } from './lane-switch.ts';
import type { GitTools } from './tools.ts';

const MINUTE_MS = 60_000;

/** One commit on one lane between two agents. */
interface Passage {
  readonly project: Project;
  readonly lane: Lane;
  readonly from: AgentFacts;
  readonly to: AgentFacts;
  /** As the journal has it, or is about to. */
  readonly sync: LaneSync;
}

/** A merge that was begun, and what its receiver is told when it is done. */
interface MergePlan extends Pick<LaneSync, 'source' | 'receiver' | 'sha'> {
  readonly text: string;
}

/**
 * Brings commits to whoever works on from there. What is due is read from the branches themselves, so a
 * commit hook only makes it soon: a missed one, or a restart, loses nothing.
 */
export function createLanes(parts: Parts, tools: GitTools, stateOf: (agent: Agent) => AgentState) {
  const { registry, gitJournal, gitMonitor, config, clock, log } = parts;
  const isOn = (slug: string) => whyLanesAreClosed(parts, slug) === null;
  const active = (project: Project) =>
    lanesOf(
      config.git.fastLanes.modes,
      new Set(tools.people.members(project).map(({ role }) => role.replace(/-\d+$/, ''))),
    );
  const move = createMover(parts, tools, stateOf);

  const evaluate = async (slug: string): Promise<void> => {
    const project = registry.findProject(slug);
    if (project?.status !== 'active') return;
    try {
      await settlePlan(parts, tools, project);
      if (!isOn(slug)) return;
      const { agents } = gitMonitor.snapshot(slug) ?? (await tools.watch.look(project));
      for (const lane of active(project).lanes)
        for (const from of agents.filter(({ role }) => role === lane.from))
          for (const to of agents.filter(({ role, owner }) => role === lane.to && owner !== from.owner))
            await move(project, lane, from, to);
    } catch (error) {
      log.warn({ project: slug, problem: describeError(error) }, 'the fast lanes could not be worked on');
    }
  };
  const schedule = createCoalescer(evaluate);
  const activeProjects = () => registry.listProjects().filter(({ status }) => status === 'active');

  return {
    schedule,
    /** Only where something is under way: the receiver may be free by now, or late. */
    lookAtOpen: () => {
      for (const { slug } of activeProjects()) if (gitJournal.openLaneSyncs(slug).length > 0) schedule(slug);
    },
    sweep: () => activeProjects().forEach(({ slug }) => schedule(slug)),
    tellOfCycles: () =>
      activeProjects().forEach((project) => tellOfCycle(parts, tools, project, isOn, active)),
    switch(project: Project, on: boolean, by: string) {
      gitJournal.switchLanes(project.slug, on);
      audit(parts, project.slug, { did: on ? 'switched on' : 'switched off', by });
      parts.bus.publish(on ? 'lane.opened' : 'lane.closed', { by }, { source: 'git', project: project.slug });
      if (on) schedule(project.slug);
    },
    status: (project: Project): LaneStatus => {
      const since = clock.now() - 7 * 24 * 60 * MINUTE_MS;
      return describeLanes({
        project: project.slug,
        isOn: isOn(project.slug),
        why: whyLanesAreClosed(parts, project.slug) ?? 'on',
        active: active(project),
        syncs: gitJournal.laneSyncs(project.slug, since),
        roleOf: (id) => registry.findAgent(id)?.role.replace(/-\d+$/, '') ?? id,
        timings: gitJournal.summarizeTimings(project.slug, since),
      });
    },
  };
}

/** Decides about one pair of agents, and does it. */
function createMover(parts: Parts, tools: GitTools, stateOf: (agent: Agent) => AgentState) {
  const { integrator, gitJournal, registry, clock } = parts;
  const rehearsals = new Map<string, 'clean' | 'conflict' | 'unknown'>();
  const rehearse = async (project: Project, one: string, other: string) => {
    const key = `${one} ${other}`;
    const known = rehearsals.get(key) ?? (await integrator.rehearse(project.path, [one, other])).status;
    if (rehearsals.size > 1_000) rehearsals.clear();
    rehearsals.set(key, known);
    return known;
  };
  return async (project: Project, lane: Lane, from: AgentFacts, to: AgentFacts): Promise<void> => {
    if (from.head === null || to.head === null || (from.ahead ?? 0) === 0) return;
    const key = { project: project.slug, source: from.owner, receiver: to.owner };
    const isContained = await integrator.isAncestor(project.path, from.head, to.head);
    if (isContained) {
      for (const sync of gitJournal.settleLane(key, 'taken', clock.now()))
        audit(parts, project.slug, { did: 'arrived', ...sync });
      return;
    }
    const own = from.ownCommits.find(({ sha }) => sha === from.head);
    const about = { ...key, sha: from.head };
    const known = gitJournal.laneSyncs(project.slug, own?.at ?? 0).find((each) => isSame(each, about));
    const sync: LaneSync = known ?? {
      ...about,
      subject: own?.subject ?? `what ${from.owner} took over`,
      committedAt: own?.at ?? clock.now(),
      outcome: 'waiting',
      settledAt: null,
    };
    const passage = { project, lane, from, to, sync };
    if (!known) {
      announce(parts, tools, passage);
      gitJournal.addLaneSync(sync);
    }
    const agent = registry.findAgent(to.owner);
    const verdict = judgeLane({
      lane,
      from,
      to,
      isContained,
      receiver: agent && isBusy(stateOf(agent)) ? 'busy' : 'free',
      rehearsal: lane.merge ? await rehearse(project, to.head, from.head) : undefined,
      waitedMs: clock.now() - sync.committedAt,
    });
    if (verdict.action === 'merge') await merge(parts, tools, passage);
    else if (verdict.action === 'hand-over') handOver(parts, tools, passage, verdict.why);
    else if (verdict.action === 'escalate') escalate(parts, tools, passage, verdict.why);
  };
}

/** The words that every notice of a lane begins with (F-05). */
function trigger({ from, sync }: Passage): string {
  return `FAST_LANE_TRIGGER: ${sync.sha.slice(0, 12)} ${sync.subject} (${from.owner} on ${from.branch ?? 'a detached HEAD'})`;
}

/** Roles that a lane tells besides its receiver. */
function announce(parts: Parts, { notices, people }: GitTools, passage: Passage): void {
  const { project, lane, to, sync } = passage;
  if (!lane.merge) return;
  audit(parts, project.slug, { did: 'heard of', ...sync });
  for (const agent of people.members(project))
    if (lane.tell.includes(agent.role.replace(/-\d+$/, '')))
      notices.tell({
        recipient: agent.id,
        severity: 'info',
        text: `${trigger(passage)}. It goes to ${to.owner}; nothing is asked of you now.`,
        id: noticeId('lane heard of', sync.sha, lane.to, agent.id),
      });
}

/** There is one at most: the commits of a project are passed on one after the other. */
const planOf = ({ slug }: Project) => `git.lane-merge.${slug}`;

async function merge(parts: Parts, tools: GitTools, passage: Passage): Promise<void> {
  const { project, from, to, sync } = passage;
  const { source, receiver, sha } = sync;
  const text = `${trigger(passage)}. It is merged into ${to.branch ?? 'your branch'} in your worktree. Go on from there, and report what you find to ${from.owner} and ${tools.people.managerOf(project)}.`;
  // Once it is merged, nothing in the branch says whether orc did it or the receiver.
  const plan: MergePlan = { source, receiver, sha, text };
  parts.registry.setValue(planOf(project), plan);
  const message = `Fast lane: merge ${from.branch ?? from.owner} into ${to.branch ?? ''}`;
  const merged = await parts.integrator.mergeWorktree({ worktree: to.path, tip: sha, message });
  if (merged.status === 'conflict')
    return escalate(parts, tools, passage, merged.why ?? 'they are in conflict');
  finishMerge(parts, tools, sync, text);
  // What the receiver has now may have a way to go.
  await tools.watch.look(project);
}

/**
 * The last merge of a project may not have been settled: its daemon ended, or a write failed. If the receiver
 * has the commit, it is told so; a merge that came to nothing is decided on again.
 */
async function settlePlan(parts: Parts, tools: GitTools, project: Project): Promise<void> {
  const { registry, gitJournal, integrator } = parts;
  const plan = registry.getValue(planOf(project)) as MergePlan | null | undefined;
  if (!plan) return;
  const sync = gitJournal.openLaneSyncs(project.slug).find((each) => isSame(each, plan));
  if (sync) {
    const { agents } = await tools.watch.look(project);
    const head = agents.find(({ owner }) => owner === sync.receiver)?.head ?? null;
    if (head !== null && (await integrator.isAncestor(project.path, sync.sha, head)))
      finishMerge(parts, tools, sync, plan.text);
  }
  registry.setValue(planOf(project), null);
}

/** What follows from a merge. Repeatable: until it is settled, which comes last, the next look does it again. */
function finishMerge(parts: Parts, { notices }: GitTools, sync: LaneSync, text: string): void {
  const { gitJournal, clock, bus } = parts;
  const { project, source, receiver, sha } = sync;
  const at = clock.now();
  const tookMs = at - sync.committedAt;
  const id = noticeId('lane merged', sha, receiver);
  notices.tell({ recipient: receiver, severity: 'warning', text, id });
  bus.publish(
    'lane.merged',
    { from: source, to: receiver, sha, tookMs },
    { id: noticeId('lane.merged', source, sha, receiver), source: 'git', project, agent: receiver },
  );
  audit(parts, project, { did: 'merged', ...sync, outcome: 'merged', settledAt: at, tookMs });
  gitJournal.settleLane(sync, 'merged', at);
}

function isSame(one: Omit<MergePlan, 'text'>, other: Omit<MergePlan, 'text'>): boolean {
  return one.source === other.source && one.receiver === other.receiver && one.sha === other.sha;
}

/** Once per commit: whoever stays busy merges when it suits. */
function handOver(parts: Parts, tools: GitTools, passage: Passage, why: string): void {
  const { project, from, to, sync } = passage;
  if (sync.settledAt !== null || sync.outcome === 'handed-over') return;
  tools.notices.tell({
    recipient: to.owner,
    severity: 'warning',
    text: `${trigger(passage)}. It was not merged for you, because ${why}. When your files are committed: orc git sync --from ${from.role}`,
    id: noticeId('lane handed over', sync.sha, to.owner),
  });
  audit(parts, project.slug, { did: 'handed over', why, ...sync, outcome: 'handed-over' });
  parts.gitJournal.noteLaneOutcome(sync, 'handed-over');
}

/** Nothing is merged; the project manager decides (F-04). Once per commit. */
function escalate(parts: Parts, tools: GitTools, passage: Passage, why: string): void {
  const { project, from, to, sync } = passage;
  if (sync.settledAt !== null || sync.outcome === 'conflict') return;
  tools.notices.tell({
    recipient: tools.people.managerOf(project),
    severity: 'warning',
    text: `${trigger(passage)}. It cannot go to ${to.owner}: ${why}. Nothing was merged. "orc git radar" shows the files; decide who takes over whose version.`,
    id: noticeId('lane escalated', sync.sha, to.owner),
  });
  const id = noticeId('lane.escalated', from.owner, sync.sha, to.owner);
  parts.bus.publish(
    'lane.escalated',
    { from: from.owner, to: to.owner, sha: sync.sha, why },
    { id, source: 'git', project: project.slug, agent: to.owner, severity: 'warning' },
  );
  audit(parts, project.slug, { did: 'escalated', why, ...sync, outcome: 'conflict' });
  parts.gitJournal.noteLaneOutcome(sync, 'conflict');
}

/** Teams without a pair of their own: the project manager hears what waits for an integration (F-02, F-03). */
function tellOfCycle(
  { registry, gitMonitor, clock }: Parts,
  { notices, people }: GitTools,
  project: Project,
  isOn: (slug: string) => boolean,
  active: (project: Project) => ReturnType<typeof lanesOf>,
): void {
  const { cycleMinutes } = active(project);
  const facts = gitMonitor.snapshot(project.slug);
  if (cycleMinutes === null || !facts || !isOn(project.slug)) return;
  const key = `git.cycle.${project.slug}`;
  const last = registry.getValue(key);
  const now = clock.now();
  if (typeof last !== 'number') return registry.setValue(key, now);
  if (now - last < cycleMinutes * MINUTE_MS) return;
  const waiting = facts.agents.filter(({ ownCommits }) => (ownCommits[0]?.at ?? 0) > last);
  const lines = waiting.map(
    ({ owner, branch, ownCommits }) => `${owner} (${branch ?? 'detached'}): ${ownCommits[0]?.subject ?? ''}`,
  );
  const recipient = people.managerOf(project);
  const text = `FAST_LANE_TRIGGER: new since the last cycle: ${lines.join('; ')}. See "orc git integrate --dry-run".`;
  // By its text: when it is told again, there may be more.
  const id = noticeId('lane cycle', project.slug, String(last), recipient, text);
  if (waiting.length > 0) notices.tell({ recipient, severity: 'info', text, id });
  registry.setValue(key, now);
}

/** What a lane did, for whoever reads it later. That it cannot be written holds up no commit. */
function audit(
  { layout, clock, log }: Pick<Parts, 'layout' | 'clock' | 'log'>,
  project: string,
  record: object,
): void {
  const at = clock.now();
  const day = new Date(at).toISOString().slice(0, 10);
  try {
    appendJsonl(join(layout.fastLanes, day, `${project}.jsonl`), { at, project, ...record });
  } catch (error) {
    log.warn({ project, problem: describeError(error) }, 'what a lane did could not be written down');
  }
}
