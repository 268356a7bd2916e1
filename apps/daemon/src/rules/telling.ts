import { isAtLeast, type Violation, type Violations } from '@orc/compliance-rules';
import { operator } from '@orc/contracts';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import type { AuditLog } from './audit-log.ts';

const EVENTS = {
  opened: 'rule.violated',
  reopened: 'rule.violated',
  escalated: 'rule.escalated',
  resolved: 'rule.resolved',
} as const;
const BUS = { low: 'info', medium: 'notice', high: 'warning', critical: 'critical' } as const;
const NOTICE = { low: 'info', medium: 'info', high: 'warning', critical: 'critical' } as const;

/**
 * Tells what happened to violations: everything to the log and the bus; the opening and the escalation to
 * people and agents, by severity. A violation that comes and goes is told once, and its end to nobody.
 */
export function createTelling(
  { registry, bus }: Pick<Parts, 'registry' | 'bus'>,
  deps: { readonly violations: Violations; readonly audit: AuditLog; readonly notices: Notices },
): () => void {
  const { violations, audit, notices } = deps;

  /** The hub hears of all, the agent of what it can do better, the person of what cannot wait. */
  const recipientsOf = ({ project, agent, severity, fact }: Violation): Set<string> => {
    const found = registry.findProject(project);
    const hub = found ? notices.hubOf(found) : operator;
    const recipients = new Set([hub === agent ? operator : hub]);
    if (severity === 'critical') recipients.add(operator);
    // Who found a line typed into its own pane did not type it.
    const isVictim = (fact as { via?: unknown }).via === 'pane';
    if (isAtLeast(severity, 'medium') && !isVictim && registry.findAgent(agent)?.desired === 'running')
      recipients.add(agent);
    return recipients;
  };

  const tell = (violation: Violation): void => {
    const { id, rule, agent, severity, why, remedy, news, isHint } = violation;
    const hedge = isHint ? 'It seems that ' : '';
    for (const recipient of recipientsOf(violation))
      notices.tell({
        recipient,
        severity: NOTICE[severity],
        text: `${hedge}${why}. ${remedy} (rule ${rule}, ${severity}; "orc rules explain ${rule}")`,
        id: `r${id}-${news === 'escalated' ? 'e' : 'o'}-${recipient === agent ? 'a' : recipient === operator ? 'u' : 'h'}`,
      });
  };

  return () => {
    for (const violation of violations.untold()) {
      const { id, rule, project, agent, severity, news, why, because, remedy, state, count, lastAt } =
        violation;
      if (news === null) continue;
      const at = news === 'resolved' ? (violation.resolvedAt ?? lastAt) : lastAt;
      const data = {
        violation: id,
        rule,
        severity,
        news,
        state,
        why,
        because,
        remedy,
        count,
        by: violation.resolvedBy,
      };
      audit('violations', at, { id: `${id}-${news}-${count}`, project, agent, ...data });
      bus.publish(EVENTS[news], data, {
        id: `${id}-${news}-${count}`,
        source: 'rules',
        project,
        agent,
        severity: news === 'resolved' ? 'info' : BUS[severity],
      });
      if (news === 'opened' || news === 'escalated') tell(violation);
      violations.told(id, news);
    }
  };
}
