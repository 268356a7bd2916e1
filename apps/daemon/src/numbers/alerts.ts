import { judgeAlerts, type AlertRule, type Episode } from '@orc/alerts';
import { agentIdOf, operator } from '@orc/contracts';
import { noticeId, type Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { readLedger } from './readings.ts';

const KEPT = 'numbers.alerts';

/**
 * Judges the alert rules, and says of each episode once that it began and once that it is over: as an event,
 * and as a notice to whom the rule names. What is open survives the daemon.
 */
export function createAlerts(parts: Parts, notices: Notices) {
  const { queue, registry, bus, clock, config } = parts;
  const { alerts: rules, windowMs } = config.numbers;
  const open = (): readonly Episode[] => (registry.getValue(KEPT) as readonly Episode[] | undefined) ?? [];

  const say = (episode: Episode, isOver: boolean): void => {
    const { rule, subject, severity, since, peak, text } = episode;
    const project = projectOf(parts, subject);
    const body = isOver ? `Over: ${text} (at most ${Math.round(peak)})` : text;
    bus.publish(
      isOver ? 'alert.resolved' : 'alert.raised',
      { rule, subject, since, peak, why: body },
      { source: 'numbers', severity: isOver ? 'info' : severity, ...(project !== undefined && { project }) },
    );
    const tell = rules.find(({ name }) => name === rule)?.tell ?? 'nobody';
    for (const recipient of recipientsOf(parts, notices, { tell, severity, project }))
      notices.tell({
        // The same after a crash between telling and keeping, so that nobody is told twice.
        id: noticeId('alert', rule, subject, String(since), String(isOver), recipient),
        recipient,
        severity: isOver ? 'info' : severity,
        text: body,
        ...(project !== undefined && { project }),
      });
  };

  return {
    open,
    judge(): void {
      const now = clock.now();
      const before = open();
      const readings = readLedger(queue, {
        projects: registry.listProjects().map(({ slug }) => slug),
        now,
        windowMs,
      });
      const verdict = judgeAlerts({ rules, readings, open: before, now });
      for (const episode of verdict.raised) say(episode, false);
      for (const episode of verdict.resolved) say(episode, true);
      if (verdict.open.length > 0 || before.length > 0) registry.setValue(KEPT, verdict.open);
    },
  };
}

export type Alerts = ReturnType<typeof createAlerts>;

/** Of a project, an agent or a message; whatever else is measured belongs to no project. */
function projectOf({ registry, queue }: Parts, subject: string): string | undefined {
  const [first = ''] = subject.split(' ');
  if (registry.findProject(first)) return first;
  const recipient = queue.find(subject)?.recipient ?? subject;
  return registry.findAgent(recipient)?.project;
}

function recipientsOf(
  { registry }: Parts,
  notices: Notices,
  {
    tell,
    severity,
    project,
  }: { tell: AlertRule['tell']; severity: Episode['severity']; project: string | undefined },
): Set<string> {
  if (tell === 'nobody') return new Set();
  const found = project === undefined ? undefined : registry.findProject(project);
  if (!found) return new Set([operator]);
  const manager = registry.findAgent(agentIdOf(found.slug, 'project-manager'));
  const isManaged = tell === 'project-manager' && manager?.desired === 'running';
  const recipient = isManaged ? manager.id : notices.hubOf(found);
  return new Set(severity === 'critical' ? [recipient, operator] : [recipient]);
}
