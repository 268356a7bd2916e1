import { agentIdOf, newId, operator } from '@orc/contracts';
import { describeError } from '@orc/errors';
import type { Agent, Project } from '@orc/registry';
import type { Parts } from '../parts.ts';
import { SYSTEM } from '../parts.ts';

/** Something that policy decided to tell somebody. */
export interface Notice {
  /** An agent's id, or the person at the keyboard. */
  readonly recipient: string;
  /** `critical` goes ahead of everything that is not a re-brief. */
  readonly severity: 'info' | 'warning' | 'critical';
  readonly text: string;
  /** Makes telling repeatable: the same id to the same recipient is one notice. */
  readonly id?: string;
}

export interface Notices {
  /** Queues a notice. Never throws: that nobody could be told is logged, and no reason to stop. */
  tell(notice: Notice): void;
  /** Tells the hub of a project and the person at the keyboard, at once. */
  critical(about: Agent, text: string): void;
  /** The agent that reports go to, or the person when the team has no such agent. */
  hubOf(project: Project): string;
}

const PRIORITIES = { info: 5, warning: 30, critical: 75 } as const;

export function createNotices({ queue, registry, log }: Pick<Parts, 'queue' | 'registry' | 'log'>): Notices {
  const hubOf = (project: Project): string => {
    const hub = registry.findAgent(agentIdOf(project.slug, project.hub));
    return hub && hub.desired === 'running' ? hub.id : operator;
  };
  const tell = ({ recipient, severity, text, id = newId('m') }: Notice): void => {
    const priority = PRIORITIES[severity];
    try {
      queue.send({ id, sender: SYSTEM, recipient, kind: 'notice', priority, body: text });
    } catch (error) {
      log.error({ recipient, problem: describeError(error) }, 'a notice could not be queued');
    }
  };
  return {
    hubOf,
    tell,
    critical(about, text) {
      const hub = hubOf(registry.getProject(about.project));
      // The hub cannot be told by its own mailbox that it is the one that is gone.
      for (const recipient of new Set([hub === about.id ? operator : hub, operator]))
        tell({ recipient, severity: 'critical', text });
    },
  };
}
