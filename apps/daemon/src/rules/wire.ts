import { openViolations } from '@orc/compliance-rules';
import { newId, type AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import type { Capability } from '../capability.ts';
import type { Notices } from '../messaging/notices.ts';
import type { Targets } from '../messaging/targets.ts';
import { databaseOf, type Parts } from '../parts.ts';
import { safely } from '../system/safely.ts';
import type { Ways } from '../routing/way.ts';
import type { HookListener } from '../wiring.ts';
import { createAuditLog, type AuditLog } from './audit-log.ts';
import { createGitFacts, pushedKey } from './git-facts.ts';
import { createGitSight } from './git-sight.ts';
import { createGitHookHandlers } from './git-hook-handlers.ts';
import { createRulesHandlers, type RulesNames } from './handlers.ts';
import { createLedgerJudge } from './ledger-judge.ts';
import { createStateJudge } from './look.ts';
import { createMessageFacts } from './message-facts.ts';
import { createRawSendWatch } from './raw-sends.ts';
import { createRepositoryLooks } from './repository.ts';
import { createRuleBooks } from './rule-books.ts';
import { createSwitch } from './switch.ts';
import { createTelling } from './telling.ts';
import { createWorkflowFacts } from './workflow-facts.ts';

interface Deps {
  readonly targets: Targets;
  readonly notices: Notices;
  readonly stateOf: (agent: Agent) => AgentState;
  readonly ways: Ways;
  /** Takes a listener that hears of every hook of an agent. */
  readonly onHook: (listener: HookListener) => void;
}

const DAY_MS = 86_400_000;
const KEPT_DAYS = 90;
const LEDGER_MS = 1_000;

/** Joins rules with what they are about: the ledger, the board, git and hooks; and tells what follows. */
export function wireRules(parts: Parts, deps: Deps): Capability<RulesNames | 'gitHook'> {
  const { clock, config, layout, log } = parts;
  const { targets, notices, stateOf, ways } = deps;
  const sight = createGitSight(parts);
  const violations = openViolations(databaseOf(parts), { newId: () => newId('v') });
  const audit = createAuditLog(layout);
  const books = createRuleBooks(parts, notices);
  const onOff = createSwitch(parts);
  const repositories = createRepositoryLooks(parts);
  const messageFactOf = createMessageFacts(parts, { stateOf, ways });
  const tell = createTelling(parts, { violations, audit, notices });
  const shared = { violations, books, audit, isOn: onOff.isOn };
  const judgeLedger = createLedgerJudge(parts, { ...shared, factsOf: messageFactOf });
  const states = createStateJudge(parts, {
    ...{ violations, books, sight, repositories },
    gitFactOf: createGitFacts(parts, sight),
    workflowFactOf: createWorkflowFacts(parts, { stateOf, sight }),
  });
  const rawSends = createRawSendWatch(parts, shared);
  deps.onHook(safely(log, 'a prompt', rawSends));

  const catchUp = () => {
    judgeLedger();
    tell();
  };
  const activity = keepActivity(parts, audit);
  return {
    handlers: {
      ...createRulesHandlers(parts, {
        targets,
        violations,
        books,
        states,
        messageFactOf,
        onOff,
        onJudged: tell,
      }),
      ...createGitHookHandlers(parts, { ...shared, repositories, onJudged: tell }),
    },
    jobs: [
      { name: 'rules files', everyMs: config.rules.reloadMs, run: () => books.reload() },
      { name: 'ledger by rules', everyMs: LEDGER_MS, run: catchUp },
      {
        name: 'state by rules',
        everyMs: config.rules.lookMs,
        run: async () => {
          if (onOff.isOn()) await states.lookAtAll();
          tell();
        },
      },
      {
        name: 'old violations',
        everyMs: DAY_MS,
        run: () => void violations.prune(clock.now() - KEPT_DAYS * DAY_MS),
      },
    ],
    [Symbol.dispose]: () => {
      activity[Symbol.dispose]();
      violations[Symbol.dispose]();
    },
  };
}

const ACTIVITY = ['git.committed', 'git.push_attempted', 'git.pushed', 'git.pull_*', 'git.integration_*'];

/** Writes down what happens in git, and when each agent pushed last. */
function keepActivity({ bus, registry }: Pick<Parts, 'bus' | 'registry'>, audit: AuditLog): Disposable {
  return bus.subscribe(ACTIVITY, ({ id, at, type, agent, project, data }) => {
    const isPush = type.startsWith('git.push');
    const file = type === 'git.committed' ? 'commits' : isPush ? 'pushes' : 'pr-activity';
    const about = { project: project ?? null, agent: agent ?? null };
    audit(file, at, { id, event: type, ...about, ...(data as object) });
    if (type === 'git.pushed' && agent !== undefined) registry.setValue(pushedKey(agent), at);
  });
}
