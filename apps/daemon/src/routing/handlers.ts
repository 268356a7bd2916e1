import { composeStatusRequest } from '@orc/briefing';
import { newId, operator, parseAgentId } from '@orc/contracts';
import type { Project } from '@orc/registry';
import { checkText, composeTemplate, fillTemplate, findKind, kinds } from '@orc/routing';
import { findClosest } from '../config/closest.ts';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { Call, HandlersOf } from '../http/handlers.ts';
import type { Notices } from '../messaging/notices.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import { requireLead } from './access.ts';
import type { Dependencies } from './dependencies.ts';
import type { Teams } from './matrix.ts';
import type { KindNames } from './kind-names.ts';
import type { Outgoing } from './outgoing.ts';
import type { createStandupDesk } from './standups.ts';
import type { Ways } from './way.ts';

export interface RoutingDeps {
  readonly targets: Targets;
  readonly teams: Teams;
  readonly outgoing: Outgoing;
  readonly kindFor: KindNames;
  readonly ways: Ways;
  readonly dependencies: Dependencies;
  readonly standups: ReturnType<typeof createStandupDesk>;
  readonly notices: Notices;
}

export type RoutingNames =
  | 'routing'
  | 'checkRoute'
  | 'kinds'
  | 'template'
  | 'checkText'
  | 'dependencies'
  | 'setDependencies'
  | 'standup'
  | 'lastStandup'
  | 'ask'
  | 'escalate';

/** Calls about who may write to whom, in which form, and who waits for whom. */
export function createRoutingHandlers(parts: Parts, deps: RoutingDeps): HandlersOf<RoutingNames> {
  const { registry, book, config } = parts;
  const { targets, teams, dependencies, standups } = deps;
  const projectOf = (caller: Caller, name: string | undefined): Project =>
    registry.getProject(targets.projectOf(caller, name));
  const viewDependencies = (project: Project) => ({
    project: project.slug,
    dependencies: dependencies.list(project),
  });

  return {
    ...createRouteHandlers(parts, deps, projectOf),
    ...createTextHandlers(parts),
    dependencies: ({ caller, query }) => viewDependencies(projectOf(caller, query.project)),
    setDependencies: ({ caller, body }) => {
      const project = projectOf(caller, body.project);
      requireLead(teams, caller, project, 'set what roles wait for');
      dependencies.set(project, body.role, body.needs);
      return viewDependencies(project);
    },
    standup: ({ caller, body }) => {
      const project = projectOf(caller, body.project);
      requireLead(teams, caller, project, 'hold a standup');
      return standups.view(standups.open(project, caller.name, body.withinMs));
    },
    lastStandup: ({ caller, query }) => {
      const named = query.id === undefined ? undefined : book.getStandup(query.id);
      const project = projectOf(caller, named?.project ?? query.project);
      const standup = named ?? book.lastStandup(project.slug);
      if (!standup) throw errors.noStandup(project.slug);
      return standups.view(standup);
    },
    escalate: ({ caller, body }) => {
      const project = projectOf(caller, body.project);
      const hub = deps.notices.hubOf(project);
      // What the hub itself cannot decide goes to the person.
      const recipient = hub === caller.name ? operator : hub;
      return deps.outgoing.send(caller, {
        ...{ id: newId('m'), sender: caller.name, recipient, kind: 'escalation' },
        body: composeEscalation(body),
      });
    },
    ask: async ({ caller, body }) => {
      const recipient = await targets.resolve(body.agent, caller, body.project);
      return deps.outgoing.send(caller, {
        id: newId('m'),
        sender: caller.name,
        recipient,
        ...composeAsk(recipient, body, config.routing.askReplyMs),
      });
    },
  };
}

const TITLE_CHARACTERS = 80;

/** In the form that whoever decides knows (P-10). */
function composeEscalation({ issue, tried, recommendation, need }: Call<'escalate'>['body']): string {
  const title = issue.replaceAll(/\s+/g, ' ').trim();
  return fillTemplate(
    'escalation',
    { title: title.length > TITLE_CHARACTERS ? `${title.slice(0, TITLE_CHARACTERS - 1)}…` : title },
    { Issue: issue, 'Actions Taken': tried, Recommendation: recommendation, Need: need },
  );
}

const DETAILS =
  'In detail, please: add your branch and last commit, which tests ran with what result, the risks you see, and your next step.';

function composeAsk(recipient: string, { about, withinMs }: Call<'ask'>['body'], usualMs: number) {
  if (about.type === 'error') {
    const form = composeTemplate('assistance', { agent: recipient, title: 'an error was seen at yours' });
    const body = form
      .replace('[the error, word for word]', () => about.observed)
      .replace('[what to try]', () => about.suggestion ?? 'say what you need, and I find somebody who knows');
    return { kind: 'assistance', body, ...(withinMs !== undefined && { expectReplyMs: withinMs }) };
  }
  const replyWithinMs = withinMs ?? usualMs;
  const request = composeStatusRequest({ agentId: recipient, replyWithinMs });
  const body = about.isDetailed ? `${request}\n\n${DETAILS}` : request;
  return { kind: 'status-request', body, expectReplyMs: replyWithinMs };
}

function createRouteHandlers(
  { config }: Pick<Parts, 'config'>,
  { targets, teams, kindFor, ways }: RoutingDeps,
  projectOf: (caller: Caller, name: string | undefined) => Project,
): HandlersOf<'routing' | 'checkRoute'> {
  const { enforcement, allow, deny } = config.routing;
  return {
    routing: ({ caller, query }) => {
      const project = projectOf(caller, query.project);
      const { profile, hub, talksTo, handoffs } = teams.matrixOf(project);
      return {
        project: project.slug,
        profile,
        hub,
        enforcement,
        talksTo: Object.fromEntries(Object.entries(talksTo).map(([name, row]) => [name, [...row]])),
        handoffs: handoffs.map(({ from, to, tags }) => ({ from, to, tags: [...tags] })),
        allow,
        deny,
      };
    },
    checkRoute: async ({ caller, query }) => {
      const from = await targets.resolve(query.from, caller, query.project);
      const to = await targets.resolve(query.to, caller, query.project);
      const agent = [from, to].find((name) => name.includes('/'));
      const project = projectOf(caller, agent === undefined ? query.project : parseAgentId(agent).project);
      const kind = kindFor({ type: 'operator' }, query.kind);
      const tags = query.tags?.split(',') ?? [];
      const verdict = ways.judge(project, { from, to, kind, tags, isReply: false });
      return { from, to, ...verdict };
    },
  };
}

function createTextHandlers({
  board,
  clock,
}: Pick<Parts, 'board' | 'clock'>): HandlersOf<'kinds' | 'template' | 'checkText'> {
  const names = kinds.map(({ id }) => id);
  const kindOf = (text: string) => {
    const kind = findKind(text);
    if (!kind) throw errors.unknownKind(text, findClosest(text, names), names);
    return kind;
  };
  return {
    kinds: () => ({
      kinds: kinds.map(({ id, summary, aliases, template, isCritical }) => ({
        id,
        summary,
        aliases: [...aliases],
        hasTemplate: template !== null,
        isCritical,
      })),
    }),
    template: ({ caller, params }) => {
      const { id, template } = kindOf(params.kind);
      if (template === null)
        throw errors.noTemplate(
          id,
          kinds.filter((each) => each.template !== null).map((each) => each.id),
        );
      const task = caller.type === 'agent' ? board.currentFor(caller.name) : undefined;
      const text = composeTemplate(template, {
        agent: caller.name,
        at: clock.now(),
        ...(template !== 'task' && task && { id: task.id, title: task.title }),
      });
      return { kind: id, text };
    },
    checkText: ({ params, body }) => {
      const kind = kindOf(params.kind);
      return { kind: kind.id, problems: checkText(kind, body.text) };
    },
  };
}
