import { createHash } from 'node:crypto';
import { operator } from '@orc/contracts';
import { endOf, type CreditEffect } from '@orc/credit-monitor';
import type { Agent } from '@orc/registry';
import type { Notices } from '../messaging/notices.ts';
import { SYSTEM, type Parts } from '../parts.ts';
import type { CreditsConfig } from './config.ts';
import { CONTINUE, noticeText } from './texts.ts';

/** After re-briefs, before everything that has waited: it says what the mail behind it is for. */
const CONTINUE_PRIORITY = 150;
const ENDED: ReadonlySet<string> = new Set(['seen', 'done', 'dead', 'failed']);

type EffectOf<Type extends CreditEffect['type']> = Extract<CreditEffect, { type: Type }>;

interface Deps {
  readonly notices: Notices;
  readonly credits: Pick<CreditsConfig, 'windows' | 'autoResume'>;
  /** Makes way for a prompt: closes what the client asked when it met the limit. */
  readonly clearTheWay: (agent: Agent) => void;
}

/** Does what the rules of limits want done, each under an id made of its key, so that twice is once. */
export function createEffects(
  { registry, queue, bus }: Pick<Parts, 'registry' | 'queue' | 'bus'>,
  { notices, credits, clearTheWay }: Deps,
): (effect: CreditEffect) => void {
  const say = ({ agentId, key, episode }: EffectOf<'continue'>): void => {
    const agent = registry.findAgent(agentId);
    if (!agent) return;
    clearTheWay(agent);
    // What was said in an earlier round met the limit again; the client still has it, and once is enough.
    for (let round = 1; round < episode.round; round += 1) {
      const earlier = queue.find(idOf(`${episode.id}-${round}-${agentId}`));
      if (earlier && !ENDED.has(earlier.state))
        queue.cancel(earlier.id, { reason: 'the limit was not over yet', by: SYSTEM });
    }
    queue.send({
      ...{ id: idOf(key), sender: SYSTEM, recipient: agentId, kind: 'continue' },
      ...{ priority: CONTINUE_PRIORITY, body: CONTINUE },
    });
  };

  const tell = ({ key, what, episode }: EffectOf<'tell'>): void => {
    const agents = Object.keys(episode.held).sort();
    const projects = new Set(agents.flatMap((id) => registry.findAgent(id)?.project ?? []));
    const hubs = [...projects].map((slug) => notices.hubOf(registry.getProject(slug)));
    const text = noticeText(what, episode, { ...credits, agents, end: endOf(episode) });
    const severity = what === 'limited' ? 'warning' : 'critical';
    for (const recipient of new Set([...hubs, operator]))
      notices.tell({ recipient, severity, text, id: idOf(`${key}-${recipient}`) });
  };

  const publish = ({ name, data, severity, agentId, account, key }: EffectOf<'event'>): void => {
    const project = agentId === null ? undefined : registry.findAgent(agentId)?.project;
    const about = { id: `credits-${key}`, source: 'credits', severity };
    bus.publish(
      name,
      { account, ...data },
      { ...about, ...(agentId !== null && { agent: agentId }), ...(project !== undefined && { project }) },
    );
  };

  return (effect) => {
    if (effect.type === 'continue') say(effect);
    else if (effect.type === 'tell') tell(effect);
    else publish(effect);
  };
}

/** The same for the same effect, whichever daemon does it. */
function idOf(key: string): string {
  return `m${createHash('sha256').update(`credits ${key}`).digest('hex').slice(0, 12)}`;
}
