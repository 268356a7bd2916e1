import { judge, type Judgement, type MessageFact, type Violations } from '@orc/compliance-rules';
import { operator } from '@orc/contracts';
import type { Message } from '@orc/queue';
import type { Project } from '@orc/registry';
import { SYSTEM, type Parts } from '../parts.ts';
import type { AuditLog } from './audit-log.ts';
import type { JudgedMessage } from './message-facts.ts';
import type { RuleBooks } from './rule-books.ts';

interface Deps {
  readonly violations: Violations;
  readonly books: RuleBooks;
  readonly audit: AuditLog;
  readonly factsOf: (project: Project, message: JudgedMessage) => MessageFact;
  readonly isOn: () => boolean;
}

const CURSOR = 'ledger';
const BATCH = 200;
const BODY_CHARACTERS_MAX = 4_000;
/** What orc says by itself, or passes on: nobody's own words, and judging it would go in circles. */
const OWN_KINDS: ReadonlySet<string> = new Set(['notice', 'copy', 'briefing', 'rebrief']);

/**
 * Follows the ledger by the order of its entries, so that each message is written down and judged once, those
 * of other processes and of the time without a daemon included. Lines are written before the place is kept:
 * after a crash one may stand there twice, with the same id, and none is missing.
 */
export function createLedgerJudge(
  { queue, registry }: Pick<Parts, 'queue' | 'registry'>,
  { violations, books, audit, factsOf, isOn }: Deps,
): () => void {
  const projectOf = ({ sender, recipient }: Message): Project | undefined => {
    const agent = [sender, recipient].find((name) => name.includes('/'));
    return agent === undefined ? undefined : registry.findProject(agent.split('/')[0] ?? '');
  };

  const judgeOne = (message: Message): (() => void) | undefined => {
    const { id, seq, sender, recipient, kind, priority, tags, topic, inReplyTo, body, createdAt } = message;
    const project = projectOf(message);
    const line = {
      id: `ledger-${seq}`,
      message: id,
      project: project?.slug ?? null,
      sender,
      recipient,
      kind,
    };
    const text = body.slice(0, BODY_CHARACTERS_MAX);
    audit('messages', createdAt, {
      ...line,
      priority,
      tags,
      topic,
      inReplyTo,
      body: text,
      characters: body.length,
    });
    if (!isOn() || !project || sender === SYSTEM || sender === operator || OWN_KINDS.has(kind))
      return undefined;
    const { rules } = books.of(project);
    const judgement = judge(rules, factsOf(project, message));
    audit('compliance_analysis', createdAt, { ...line, ...analysisOf(judgement) });
    return () =>
      violations.record(judgement, rules, { project: project.slug, agent: sender, now: createdAt });
  };

  return () => {
    for (;;) {
      const transitions = queue.transitions({ after: violations.cursor(CURSOR), limit: BATCH });
      const last = transitions.at(-1);
      if (!last) return;
      const records = transitions
        .filter(({ action }) => action === 'sent')
        .flatMap(({ messageId }) => queue.find(messageId) ?? [])
        .map(judgeOne);
      violations.moveCursor(CURSOR, last.seq, () => records.forEach((record) => record?.()));
    }
  };
}

function analysisOf({ violations, kept }: Judgement) {
  return {
    isCompliant: violations.length === 0,
    violations: violations.map(({ rule, severity, why, because, isHint }) => ({
      rule,
      severity,
      why,
      because,
      isHint,
    })),
    kept: kept.length,
  };
}
