import { join } from 'node:path';
import { agentIdOf, newId, operator } from '@orc/contracts';
import { openDayLog } from '@orc/jsonl';
import type { Message } from '@orc/queue';
import type { Project } from '@orc/registry';
import {
  dependentsOf,
  findContradictions,
  findWorkRule,
  subjectsOf,
  whoGoesOn,
  type Contradiction,
  type SignedReport,
} from '@orc/routing';
import type { Notices } from '../messaging/notices.ts';
import { SYSTEM, type Parts } from '../parts.ts';
import { baseRole } from '../team/base-role.ts';
import type { Dependencies } from './dependencies.ts';
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
  readonly tags?: readonly string[];
}

export interface Reporter {
  /**
   * Makes a report known: the hub (or whoever the work rules name) gets it, it is signed and logged, those
   * who wait for the role are told, and a contradiction with somebody else's word is escalated; each once.
   */
  file(report: ReportInput): { readonly message: Message; readonly told: string[] };
}

const COMPLETIONS: ReadonlySet<string> = new Set(['completion', 'deployment', 'implementation-complete']);
/** Words that are older stand for nothing any more. */
const LOOKED_BACK_MS = 7 * 24 * 3_600_000;
const SHOWN_CHARACTERS = 200;

interface Deps {
  readonly teams: Teams;
  readonly notices: Notices;
  readonly outgoing: Outgoing;
  readonly dependencies: Dependencies;
}

export function createReporter(
  parts: Pick<Parts, 'book' | 'bus' | 'clock' | 'layout' | 'registry'>,
  { teams, notices, outgoing, dependencies }: Deps,
): Reporter {
  const { book, bus, clock, layout } = parts;
  const log = openDayLog({ directory: join(layout.registryLogs, 'reports') });

  /** The hub; the one whom a rule names for this kind of work; the person, for what the hub itself reports. */
  const recipientOf = ({ project, sender, kind }: ReportInput): string => {
    const rule = findWorkRule(kind);
    const [next] = rule ? whoGoesOn(rule, teams.membersOf(project.slug), project.hub) : [];
    const worker = next === undefined ? undefined : parts.registry.findAgent(agentIdOf(project.slug, next));
    const chosen = worker?.desired === 'running' ? worker.id : notices.hubOf(project);
    if (chosen !== sender) return chosen;
    return notices.hubOf(project) === sender ? operator : notices.hubOf(project);
  };

  const sign = (report: ReportInput, id: string): SignedReport => {
    const { project, sender, member, kind, text, task, about } = report;
    const role = baseRole(member);
    const signed: SignedReport = {
      id,
      agent: agentIdOf(project.slug, member),
      role,
      kind,
      subjects: subjectsOf({
        kind,
        role,
        text,
        task,
        about,
        dependsOn: dependencies.of(project)[role] ?? [],
        roles: teams.membersOf(project.slug).map((each) => each.role),
      }),
      at: clock.now(),
      text,
    };
    book.sign(project.slug, signed);
    log.append(signed.at, { ...signed, project: project.slug, signedBy: sender, task: task ?? null });
    bus.publish(
      'report.filed',
      { kind, role, subjects: signed.subjects, by: sender },
      { source: 'routing', project: project.slug, agent: signed.agent, message: id, at: signed.at },
    );
    return signed;
  };

  const tellDependents = ({ project }: ReportInput, report: SignedReport): string[] => {
    if (!COMPLETIONS.has(report.kind)) return [];
    const dependents = dependentsOf(dependencies.of(project), report.role);
    const told = teams
      .membersOf(project.slug)
      .filter(({ role }) => dependents.includes(role))
      .map(({ name }) => agentIdOf(project.slug, name))
      .filter((id) => id !== report.agent && book.once(`dependent:${report.id}:${id}`, clock.now()));
    for (const recipient of told) {
      const text = `${report.agent}, whom you wait for, reports a ${report.kind}: ${excerpt(report.text)} (${report.id}). What waited for it can go on.`;
      notices.tell({ recipient, severity: 'info', text });
    }
    return told;
  };

  const escalate = (project: Project): void => {
    const since = clock.now() - LOOKED_BACK_MS;
    const all = book.reports({ project: project.slug, since, limit: 1_000 });
    for (const found of findContradictions(all)) {
      const key = contradictionKey(found);
      if (!book.once(key, clock.now())) continue;
      const { completion, opposite, subject } = found;
      bus.publish(
        'report.contradicted',
        {
          subject,
          completion: completion.id,
          opposite: opposite.id,
          agents: [completion.agent, opposite.agent],
        },
        { source: 'routing', project: project.slug, agent: opposite.agent, severity: 'warning' },
      );
      notices.tell({ recipient: notices.hubOf(project), severity: 'warning', text: describe(found) });
    }
  };

  return {
    file(report) {
      const { project, sender, member, kind, text, tags = [] } = report;
      const recipient = recipientOf(report);
      const message = outgoing.deliver(project, {
        id: newId('m'),
        sender: sender === recipient ? SYSTEM : sender,
        recipient,
        kind,
        body: sender === agentIdOf(project.slug, member) ? text : `Report of ${member}: ${text}`,
        tags: ['report', member, ...tags],
      });
      const signed = sign(report, message.id);
      const told = tellDependents(report, signed);
      escalate(project);
      return { message, told };
    },
  };
}

/** Two words contradict each other once, though they may have several subjects in common. */
function contradictionKey({ completion, opposite }: Contradiction): string {
  return `contradiction:${completion.id}:${opposite.id}`;
}

function describe({ subject, completion, opposite }: Contradiction): string {
  return [
    `Contradicting reports about ${subject.replace(':', ' ')}; somebody has to decide:`,
    `- ${completion.agent} says ${completion.kind}: ${excerpt(completion.text)} (${completion.id})`,
    `- ${opposite.agent} says ${opposite.kind}: ${excerpt(opposite.text)} (${opposite.id})`,
    'Ask both for particulars, then correct the one who is wrong.',
  ].join('\n');
}

function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS - 1)}…` : line;
}
