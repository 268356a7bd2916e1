import { join } from 'node:path';
import { agentIdOf, newId, operator, parseAgentId } from '@orc/contracts';
import { openDayLog } from '@orc/jsonl';
import type { Message } from '@orc/queue';
import type { Project } from '@orc/registry';
import { dependentsOf, findWorkRule, subjectsOf, whoGoesOn, type SignedReport } from '@orc/routing';
import type { Notices } from '../messaging/notices.ts';
import { SYSTEM, type Parts } from '../parts.ts';
import { baseRole } from '../team/base-role.ts';
import { createContradictionWatch } from './contradictions.ts';
import type { Dependencies } from './dependencies.ts';
import { excerpt } from './excerpt.ts';
import type { Teams } from './matrix.ts';
import type { Outgoing } from './outgoing.ts';

export interface ReportInput {
  readonly project: Project;
  /** Who sends it: the agent itself, the person, or orc for a person who closed a task. */
  readonly sender: string;
  /** The member whose work it is about. */
  readonly member: string;
  readonly kind: string;
  readonly text: string;
  readonly task?: string | undefined;
  readonly about?: string | undefined;
}

export interface Reporter {
  /**
   * Makes a report known: the hub (or whoever the work rules name) gets it, it is signed and logged, those
   * who wait for the role are told, and a contradiction with somebody else's word is escalated; each once.
   */
  file(report: ReportInput): { readonly message: Message; readonly told: string[] };
}

interface Deps {
  readonly teams: Teams;
  readonly notices: Notices;
  readonly outgoing: Outgoing;
  readonly dependencies: Dependencies;
}

export function createReporter(
  parts: Pick<Parts, 'book' | 'bus' | 'clock' | 'config' | 'layout' | 'registry'>,
  deps: Deps,
): Reporter {
  const { outgoing } = deps;
  const sign = createSigning(parts, deps);
  const tellDependents = createDependentNews(parts, deps);
  const lookForContradictions = createContradictionWatch(parts, deps.notices);
  return {
    file(report) {
      const { project, sender, member, kind, text } = report;
      const recipient = recipientOf(parts, deps, report);
      const message = outgoing.deliver(project, {
        id: newId('m'),
        sender: sender === recipient ? SYSTEM : sender,
        recipient,
        kind,
        body: sender === agentIdOf(project.slug, member) ? text : `Report of ${member}: ${text}`,
        tags: ['report', member],
      });
      const told = tellDependents(project, sign(report, message.id));
      lookForContradictions(project);
      return { message, told };
    },
  };
}

/** The hub; the one whom a rule names for this kind of work; the person, for what the hub itself reports. */
function recipientOf(
  { registry }: Pick<Parts, 'registry'>,
  { teams, notices }: Deps,
  { project, sender, kind }: ReportInput,
): string {
  const rule = findWorkRule(kind);
  const [next] = rule ? whoGoesOn(rule, teams.membersOf(project.slug), project.hub) : [];
  const worker = next === undefined ? undefined : registry.findAgent(agentIdOf(project.slug, next));
  const hub = notices.hubOf(project);
  const chosen = worker?.desired === 'running' ? worker.id : hub;
  if (chosen !== sender) return chosen;
  return hub === sender ? operator : hub;
}

/** Keeps a report in the book and in the log of its day, and says on the bus that it is there. */
function createSigning(
  { book, bus, clock, layout }: Pick<Parts, 'book' | 'bus' | 'clock' | 'layout'>,
  { teams, dependencies }: Deps,
) {
  const log = openDayLog({ directory: join(layout.registryLogs, 'reports') });
  return ({ project, sender, member, kind, text, task, about }: ReportInput, id: string): SignedReport => {
    const role = baseRole(member);
    const subjects = subjectsOf({
      kind,
      role,
      text,
      task,
      about,
      dependsOn: dependencies.of(project)[role] ?? [],
      roles: teams.membersOf(project.slug).map((each) => each.role),
    });
    const agent = agentIdOf(project.slug, member);
    const signed: SignedReport = { id, agent, role, kind, subjects, at: clock.now(), text };
    book.sign(project.slug, signed);
    log.append(signed.at, { ...signed, project: project.slug, signedBy: sender, task: task ?? null });
    bus.publish(
      'report.filed',
      { kind, role, subjects, by: sender },
      { source: 'routing', project: project.slug, agent, message: id, at: signed.at },
    );
    return signed;
  };
}

const COMPLETIONS: ReadonlySet<string> = new Set(['completion', 'deployment', 'implementation-complete']);

/** Tells those who wait for a role that it has completed something, and gives their ids. */
function createDependentNews(
  { book, clock }: Pick<Parts, 'book' | 'clock'>,
  { teams, notices, dependencies }: Deps,
) {
  return (project: Project, { id, agent, role, kind, text }: SignedReport): string[] => {
    if (!COMPLETIONS.has(kind)) return [];
    const dependents = dependentsOf(dependencies.of(project), role);
    const told = teams
      .membersOf(project.slug)
      .filter((member) => dependents.includes(member.role))
      .map(({ name }) => agentIdOf(project.slug, name))
      .filter((other) => other !== agent && book.markedAt(`dependent:${id}:${other}`) === undefined);
    const news = `${agent}, whom you wait for, reports a ${kind}: ${excerpt(text)} (${id}). What waited for it can go on.`;
    for (const recipient of told) {
      // Not in a digest: somebody waits for it. Told before it is marked; the id makes a second try harmless.
      const noticeId = `${id}.tells.${parseAgentId(recipient).role}`;
      notices.tell({ id: noticeId, key: noticeId, recipient, severity: 'warning', text: news });
      book.once(`dependent:${id}:${recipient}`, clock.now());
    }
    return told;
  };
}
