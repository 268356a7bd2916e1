import type { SendInput } from '@orc/queue';
import { agentIdOf } from '@orc/contracts';
import type { Project } from '@orc/registry';
import { copyFor, findWorkRule, forwardFor, priorityOf, whoGoesOn, type Derived } from '@orc/routing';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import type { Teams } from './matrix.ts';

export interface Following {
  /** What goes out together with a message: a copy for the hub, the same work for whoever goes on with it. */
  (project: Project, message: SendInput & { readonly id: string; readonly kind: string }): SendInput[];
}

export function createFollowing(
  { registry, config }: Pick<Parts, 'registry' | 'config'>,
  { teams, notices }: { readonly teams: Teams; readonly notices: Notices },
): Following {
  const canReceive = (id: string) => {
    const agent = registry.findAgent(id);
    return agent !== undefined && agent.desired !== 'ended';
  };
  return (project, draft) => {
    const message = { ...draft, tags: draft.tags ?? [] };
    const rule = findWorkRule(draft.kind);
    const next = rule ? whoGoesOn(rule, teams.membersOf(project.slug), project.hub) : [];
    const workers = next.map((name): string => agentIdOf(project.slug, name)).filter(canReceive);
    // Whoever it was sent to is the one who goes on with it.
    const forwards = workers.includes(message.recipient)
      ? []
      : workers
          .map((recipient) => forwardFor(message, { recipient, ask: rule?.ask ?? '' }, config.routing))
          .filter((forward): forward is Derived => forward !== undefined);
    const copy = copyFor(message, notices.hubOf(project));
    // Whoever gets the work itself needs no copy of it.
    const isNeeded = copy && !forwards.some(({ recipient }) => recipient === copy.recipient);
    return [...(isNeeded ? [copy] : []), ...forwards]
      .filter(({ recipient }) => recipient !== draft.sender)
      .map((derived) => ({ ...derived, sender: draft.sender, priority: priorityOf(draft.kind, draft.body) }));
  };
}
