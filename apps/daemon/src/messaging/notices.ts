import { createHash } from 'node:crypto';
import { agentIdOf, newId, operator } from '@orc/contracts';
import type { Agent, Project } from '@orc/registry';
import type { NoticePipeline } from '../events/notice-pipeline.ts';
import type { Parts } from '../parts.ts';

/** Something that policy decided to tell somebody. */
export interface Notice {
  /** An agent's id, or the person at the keyboard. */
  readonly recipient: string;
  /**
   * `info` comes in a digest. `warning` is a message of its own, as long as there are not too many of them.
   * `critical` comes at once, ahead of everything that is not a re-brief, unless it was just told.
   */
  readonly severity: 'info' | 'warning' | 'critical';
  readonly text: string;
  /** Makes telling repeatable: it becomes the message's id, so there is one for each recipient; see `noticeId`. */
  readonly id?: string | undefined;
  /** Notices with the same key say the same thing: repeats are counted, not told. Default: the text. */
  readonly key?: string | undefined;
  /** The project it is about; default: the recipient's. */
  readonly project?: string | undefined;
  /** The group that it was published to. */
  readonly topic?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

export interface Notices {
  /**
   * Tells a notice, now or in a digest; docs/events.md says when. Survives the end of the process at any
   * moment. Never throws: that nobody could be told is logged, and no reason to stop.
   */
  readonly tell: (notice: Notice) => void;
  /** Tells the hub of a project and the person at the keyboard, at once; under an `id`, each of them once. */
  critical(about: Agent, text: string, options?: Pick<Notice, 'id' | 'key' | 'tags'>): void;
  /** The agent that reports go to, or the person when the team has no such agent. */
  hubOf(project: Project): string;
}

/** The one way to tell somebody what policy decided. */
export function createNotices(
  { registry }: Pick<Parts, 'registry'>,
  pipeline: Pick<NoticePipeline, 'offer'>,
): Notices {
  const hubOf = (project: Project): string => {
    const hub = registry.findAgent(agentIdOf(project.slug, project.hub));
    return hub && hub.desired === 'running' ? hub.id : operator;
  };
  const tell: Notices['tell'] = (notice) =>
    pipeline.offer({ ...notice, id: notice.id ?? newId('n'), key: notice.key ?? notice.text });
  return {
    hubOf,
    tell,
    critical(about, text, { id: idOfAll, ...options } = {}) {
      const hub = hubOf(registry.getProject(about.project));
      // The hub cannot be told by its own mailbox that it is the one that is gone.
      for (const recipient of new Set([hub === about.id ? operator : hub, operator])) {
        const id = idOfAll === undefined ? undefined : noticeId(idOfAll, recipient);
        tell({ ...options, id, recipient, severity: 'critical', text, project: about.project });
      }
    },
  };
}

/** The id of what is told to somebody for some reason: the same whenever, and by whichever daemon, it is told. */
export function noticeId(...about: readonly string[]): string {
  return `n${createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 16)}`;
}
