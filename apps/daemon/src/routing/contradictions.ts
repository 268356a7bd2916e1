import type { Project } from '@orc/registry';
import { findContradictions, type Contradiction } from '@orc/routing';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { excerpt } from './excerpt.ts';

const REPORTS_MAX = 1_000;

/** Puts contradicting reports of a project before its hub, each pair once. */
export function createContradictionWatch(
  { book, bus, clock, config }: Pick<Parts, 'book' | 'bus' | 'clock' | 'config'>,
  notices: Notices,
) {
  return (project: Project): void => {
    const since = clock.now() - config.routing.contradictionMs;
    const all = book.reports({ project: project.slug, since, limit: REPORTS_MAX });
    for (const found of findContradictions(all)) {
      const { completion, opposite, subject } = found;
      // Two words contradict each other once, though they may have several subjects in common.
      const key = `contradiction:${completion.id}:${opposite.id}`;
      if (book.markedAt(key) !== undefined) continue;
      const agents = [completion.agent, opposite.agent];
      bus.publish(
        'report.contradicted',
        { subject, completion: completion.id, opposite: opposite.id, agents },
        { source: 'routing', project: project.slug, agent: opposite.agent, severity: 'warning' },
      );
      // Told before it is marked: the id makes a second try after a crash harmless.
      const id = `${completion.id}.against.${opposite.id}`;
      notices.tell({ id, recipient: notices.hubOf(project), severity: 'warning', text: describe(found) });
      book.once(key, clock.now());
    }
  };
}

function describe({ subject, completion, opposite }: Contradiction): string {
  return [
    `Contradicting reports about ${subject.replace(':', ' ')}; somebody has to decide:`,
    `- ${completion.agent} says ${completion.kind}: ${excerpt(completion.text)} (${completion.id})`,
    `- ${opposite.agent} says ${opposite.kind}: ${excerpt(opposite.text)} (${opposite.id})`,
    'Ask both for particulars, then correct the one who is wrong.',
  ].join('\n');
}
