import {
  explainRule,
  fieldTable,
  judge,
  readFact,
  runFixtures,
  type Fact,
  type Rule,
  type Violation,
  type Violations,
} from '@orc/compliance-rules';
import type { ViolationView } from '@orc/contracts';
import type { Agent, Project } from '@orc/registry';
import type { Caller } from '../http/auth.ts';
import type { Call, HandlersOf } from '../http/handlers.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import { baseRole } from '../team/base-role.ts';
import type { StateJudge } from './look.ts';
import type { createMessageFacts } from './message-facts.ts';
import type { RuleBooks } from './rule-books.ts';
import type { Switch } from './switch.ts';

export type RulesNames =
  'rules' | 'rule' | 'switchRules' | 'checkRules' | 'testRules' | 'violations' | 'resolveViolation';

interface Deps {
  readonly targets: Targets;
  readonly violations: Violations;
  readonly books: RuleBooks;
  readonly states: StateJudge;
  readonly messageFactOf: ReturnType<typeof createMessageFacts>;
  readonly onOff: Switch;
  readonly onJudged: () => void;
}

/** The project a caller means; without any project the rules of all of them can still be read. */
function createProjectFinder({ registry }: Pick<Parts, 'registry'>, { targets }: Pick<Deps, 'targets'>) {
  return (caller: Caller, name: string | undefined): Project | undefined =>
    name === undefined && caller.type === 'operator' && registry.listProjects().length !== 1
      ? undefined
      : registry.getProject(targets.projectOf(caller, name));
}

export function createRulesHandlers(
  parts: Pick<Parts, 'registry' | 'queue' | 'clock'>,
  deps: Deps,
): HandlersOf<RulesNames> {
  const { violations, books, onOff } = deps;
  const findProject = createProjectFinder(parts, deps);
  return {
    rules: ({ caller, query }) => {
      const project = findProject(caller, query.project);
      const { rules, problems } = books.of(project);
      return {
        isOn: onOff.isOn(),
        rules: rules.map(viewOf),
        problems: [...problems],
        fields: fieldTable(),
        file: books.fileOf(project),
        open: countsOf(violations.list({ state: 'open', project: project?.slug, limit: 10_000 })),
      };
    },
    rule: ({ caller, params, query }) => {
      const { rules } = books.of(findProject(caller, query.project));
      const text = explainRule(rules, params.id);
      const rule = rules.find(({ id }) => id === params.id) as Rule;
      return { rule: viewOf(rule), text };
    },
    switchRules: ({ body }) => ({ isOn: onOff.set(body.on) }),
    ...createTrying(parts, deps),
    ...createViolationHandlers(parts, deps),
  };
}

/** Dry runs: nothing is sent, and nothing is kept. */
function createTrying(
  parts: Pick<Parts, 'registry' | 'queue' | 'clock'>,
  deps: Deps,
): HandlersOf<'checkRules' | 'testRules'> {
  const { registry, queue, clock } = parts;
  const { targets, books, states, messageFactOf } = deps;
  const findProject = createProjectFinder(parts, deps);

  const checkMessage = async (
    caller: Caller,
    project: Project,
    { body, from, to, kind, tags }: NonNullable<Call<'checkRules'>['body']['message']>,
  ): Promise<Fact> => {
    const sender = from === undefined ? caller.name : await targets.resolve(from, caller, project.slug);
    const recipient = await targets.resolve(to ?? project.hub, caller, project.slug);
    const draft = {
      id: 'check',
      sender,
      recipient,
      kind: kind ?? 'note',
      priority: 5,
      body,
      tags: tags ?? [],
    };
    const newest = queue.list({ order: 'newest', limit: 1 })[0]?.seq ?? 0;
    return messageFactOf(project, { ...draft, inReplyTo: null, seq: newest + 1, createdAt: clock.now() });
  };

  return {
    checkRules: async ({ caller, body }) => {
      const project = registry.getProject(targets.projectOf(caller, body.project));
      const { rules } = books.of(project);
      const facts: Fact[] = [];
      if (body.message) facts.push(await checkMessage(caller, project, body.message));
      if (body.fact) facts.push(readFact(body.fact));
      if (body.git)
        for (const [agent, found] of await states.factsOf(project))
          if (body.agent === undefined || isNamed(agent, body.agent)) facts.push(...found);
      return {
        judged: facts.map((fact) => {
          const { violations: found, kept } = judge(rules, fact);
          return {
            agent: fact.agent ?? '',
            watches: fact.watches,
            violations: found.map(verdictOf),
            kept: [...kept],
            facts: { ...fact },
          };
        }),
      };
    },
    testRules: ({ caller, body: { project: name, path, text = '' } }) => {
      const project = findProject(caller, name);
      const book = path === undefined ? books.of(project) : books.tryOut(project, path, text);
      const documents = book.documents.filter(({ origin }) => path === undefined || origin === path);
      const results = documents.flatMap((document) => runFixtures(book.rules, document));
      return { problems: [...book.problems], results, rules: book.rules.length };
    },
  };
}

function createViolationHandlers(
  parts: Pick<Parts, 'registry' | 'clock'>,
  deps: Deps,
): HandlersOf<'violations' | 'resolveViolation'> {
  const { targets, violations, onJudged } = deps;
  const findProject = createProjectFinder(parts, deps);
  return {
    violations: async ({ caller, query }) => {
      const project = findProject(caller, query.project);
      const agent =
        query.agent === undefined ? undefined : await targets.resolve(query.agent, caller, project?.slug);
      const found = violations.list({
        state: query.open === true ? 'open' : undefined,
        project: project?.slug,
        agent,
        rule: query.rule,
        since: query.since,
        limit: query.limit,
      });
      return { violations: found.map(violationView) };
    },
    resolveViolation: ({ caller, params, body }) => {
      const violation = violations.get(params.id);
      targets.projectOf(caller, violation.project);
      const by = { name: caller.name, text: body.text ?? '', now: parts.clock.now() };
      const changed = violations.resolve(params.id, by);
      if (changed) onJudged();
      return { changed, violation: violationView(violations.get(params.id)) };
    },
  };
}

function isNamed(agent: Agent, name: string): boolean {
  return agent.id === name || agent.role === name || baseRole(agent.role) === name;
}

function viewOf(rule: Rule) {
  const { id, watches, on, title, severity, enabled, refuse, remedy, covers, origin } = rule;
  return { id, watches, on: [...on], title, severity, enabled, refuse, remedy, covers: [...covers], origin };
}

function verdictOf({
  rule,
  severity,
  why,
  because,
  remedy,
  isHint,
  refuse,
}: ReturnType<typeof judge>['violations'][number]) {
  return { rule, severity, why, because: [...because], remedy, isHint, refuse };
}

function countsOf(open: readonly Violation[]) {
  const count = (wanted: Violation['severity']) => open.filter(({ severity }) => severity === wanted).length;
  return { low: count('low'), medium: count('medium'), high: count('high'), critical: count('critical') };
}

function violationView(violation: Violation): ViolationView {
  const { goneSince: _settling, news: _news, ...shown } = violation;
  return { ...shown, because: [...violation.because] };
}
