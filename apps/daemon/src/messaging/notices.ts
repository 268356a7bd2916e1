import { agentIdOf, newId, operator } from '@orc/contracts';
import { isOrcError } from '@orc/errors';
import type { Agent, Project } from '@orc/registry';
import type { Parts } from '../parts.ts';
import { SYSTEM } from '../parts.ts';

export interface Notices {
  /** Tells the hub of a project and the person at the keyboard, at once. */
  critical(about: Agent, text: string): void;
  /** The agent that reports go to, or the person when the team has no such agent. */
  hubOf(project: Project): string;
}

const CRITICAL_PRIORITY = 75;

export function createNotices({ queue, registry, log }: Pick<Parts, 'queue' | 'registry' | 'log'>): Notices {
  const hubOf = (project: Project): string => {
    const hub = registry.findAgent(agentIdOf(project.slug, project.hub));
    return hub && hub.desired === 'running' ? hub.id : operator;
  };
  return {
    hubOf,
    critical(about, text) {
      const hub = hubOf(registry.getProject(about.project));
      // The hub cannot be told by its own mailbox that it is the one that is gone.
      for (const recipient of new Set([hub === about.id ? operator : hub, operator])) {
        try {
          queue.send({
            id: newId('m'),
            sender: SYSTEM,
            recipient,
            kind: 'notice',
            priority: CRITICAL_PRIORITY,
            body: text,
          });
        } catch (error) {
          if (!isOrcError(error)) throw error;
          log.error({ err: error, recipient }, 'a critical notice could not be queued');
        }
      }
    },
  };
}
