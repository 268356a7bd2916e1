import { judge, type Violations } from '@orc/compliance-rules';
import type { HookFact } from '@orc/claude-hooks';
import type { Agent } from '@orc/registry';
import { NUDGE_LINE } from '../messaging/nudge.ts';
import type { Parts } from '../parts.ts';
import type { AuditLog } from './audit-log.ts';
import { aboutAgent } from './git-facts.ts';
import type { RuleBooks } from './rule-books.ts';

/** Texts of the ledger name their message; a briefing and what a hook printed do, too. */
const FROM_LEDGER = /\[orc:[\w.-]+\]/;

/**
 * Finds text that came into an agent's pane around the ledger: a prompt that is neither orc's nor a report of
 * the client itself, while no person was attached to the team's tmux session. While somebody is, what is typed
 * counts as theirs, because nobody can tell it apart.
 */
export function createRawSendWatch(
  { registry, tmux, log }: Pick<Parts, 'registry' | 'tmux' | 'log'>,
  deps: {
    readonly violations: Violations;
    readonly books: RuleBooks;
    readonly audit: AuditLog;
    readonly isOn: () => boolean;
  },
): (agent: Agent, facts: readonly HookFact[]) => void {
  const look = async (
    agent: Agent,
    { at, data }: Extract<HookFact, { kind: 'prompt.submitted' }>,
  ): Promise<void> => {
    const { prompt, isOfClient, subagentId } = data;
    const isOwn = FROM_LEDGER.test(prompt) || prompt.trim() === NUDGE_LINE;
    if (isOwn || isOfClient || subagentId !== null || prompt.trim() === '') return;
    const project = registry.findProject(agent.project);
    if (!project) return;
    const sessions = await (await tmux()).listSessions();
    const isWatched = sessions.some(
      ({ name, clientCount }) => name === project.tmuxSession && clientCount > 0,
    );
    const id = `pane-${agent.id}-${at}`;
    const line = {
      id,
      message: null,
      project: project.slug,
      sender: null,
      recipient: agent.id,
      kind: 'typed',
    };
    deps.audit('messages', at, { ...line, body: prompt, isWatched });
    if (isWatched || !deps.isOn()) return;
    const { rules } = deps.books.of(project);
    const fact = { watches: 'message', via: 'pane', body: prompt, ...aboutAgent(project, agent) } as const;
    deps.violations.record(judge(rules, fact), rules, { project: project.slug, agent: agent.id, now: at });
  };

  return (agent, facts) => {
    for (const fact of facts)
      if (fact.kind === 'prompt.submitted')
        look(agent, fact).catch((error: unknown) => log.warn({ err: error }, 'a prompt could not be judged'));
  };
}
