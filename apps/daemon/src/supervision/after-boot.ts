import { describeError } from '@orc/errors';
import type { Agent } from '@orc/registry';
import { z } from 'zod';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { createIdList } from '../system/id-list.ts';
import type { HandOut } from '../tasks/hand-out.ts';
import type { Launcher } from '../team/launch.ts';
import { launchEach, throwFirst } from '../team/up.ts';
import type { AfterReset } from './after-reset.ts';
import { keepRemains } from './remains.ts';

const KEY = 'supervision.after-boot';

export const ResumeConfig = z.strictObject({
  onBoot: z
    .boolean()
    .default(false)
    .describe(
      'After the machine was started anew, start the agents that ran before by itself. "orc daemon install" sets it for the service; otherwise "orc resume" does it when you say so.',
    ),
});

interface Deps {
  readonly launcher: Launcher;
  readonly handOut: HandOut;
  readonly afterReset: AfterReset;
  readonly notices: Notices;
}

export interface AfterBoot {
  /** These ran when the machine went down. Kept on disk, so that a daemon that is killed goes on with it. */
  note(agents: readonly Agent[]): void;
  /** Brings back whom `note` was told of; does nothing when that is done. */
  run(): Promise<void>;
}

/** Brings a team back after a reboot: what was not committed is kept, then those that ran are started again. */
export function createAfterBoot(parts: Parts, { launcher, handOut, afterReset, notices }: Deps): AfterBoot {
  const { registry, config, bus, log } = parts;
  const pending = createIdList({ registry }, KEY);

  const bringBack = async (slug: string, agents: readonly Agent[]): Promise<void> => {
    const project = registry.getProject(slug);
    for (const agent of agents) await keepRemains(parts, agent, { cause: 'the machine was restarted' });
    // A limit belongs to the account: a program that is started now would run into it again.
    const limited = agents.filter((agent) => afterReset.isLimited(agent));
    for (const { id } of limited) afterReset.add(id);
    const wanted = agents.filter((agent) => !limited.includes(agent)).map(({ id }) => id);
    const did: string[] = [];
    const failed = new Map<string, unknown>();
    const done = (_step: string, text: string) => void did.push(text);
    await launchEach(parts, { launcher }, project, { done, failed, wanted });
    handOut(slug);
    const cause = 'the machine was restarted';
    bus.publish('project.resumed', { did, cause }, { source: 'team', project: slug, severity: 'notice' });
    const text = `The machine was restarted, and ${slug} goes on: ${did.join('; ') || 'nobody had to be started'}.`;
    notices.tell({ recipient: notices.hubOf(project), severity: 'warning', text, project: slug });
    throwFirst(failed);
  };

  return {
    note(agents) {
      if (!config.resume.onBoot || agents.length === 0) return;
      pending.add(...agents.map(({ id }) => id));
    },
    async run() {
      const ids = pending.list();
      if (ids.length === 0) return;
      const agents = ids
        .map((id) => registry.findAgent(id))
        .filter((agent) => agent?.desired === 'running')
        .filter((agent) => agent !== undefined);
      for (const slug of new Set(agents.map(({ project }) => project))) {
        try {
          await bringBack(
            slug,
            agents.filter(({ project }) => project === slug),
          );
        } catch (error) {
          log.error({ err: error, project: slug }, 'not all of a team could be brought back after a reboot');
          const [agent] = agents.filter(({ project }) => project === slug);
          const text = `Not all of ${slug} could be brought back after the machine was restarted: ${describeError(error)} Try "orc resume --project ${slug}".`;
          if (agent) notices.critical(agent, text);
        }
      }
      pending.remove(...ids);
    },
  };
}
