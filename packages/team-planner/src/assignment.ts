import { getRole, getTemplate, type Catalogue, type Role } from './catalogue.ts';
import type { TaskDraft } from './task-drafts.ts';
import type { TeamMember } from './team-types.ts';
import { createWordText, type WordText } from './word-text.ts';

export interface Assignment {
  /** The role of a member. */
  readonly role: string;
  /** Whose kind of work it is, be that role in the team or not. */
  readonly nature: string | null;
  readonly reason: string;
}

export interface Assigner {
  assign(draft: TaskDraft): Assignment;
  /** One sentence for each role that was named and is not in the team. */
  warnings(): string[];
}

const LEAD = 4;
const IN_HEAD = 3;
const IN_TAIL = 1;
const IN_SECTION = 1;
const IN_BODY = 0.5;
// "Write tests | for the login page": what is made stands before these words, what it is about behind them.
const TAIL = /\s(?:for|of|with|in|on|that|which|to|from|and|against|using|via|by)\s/i;

/** Gives tasks to members only: by name, else by the words of the task, else to the role that implements. */
export function createAssigner(
  catalogue: Catalogue,
  team: { type: string; members: readonly TeamMember[] },
): Assigner {
  const roles = new Set(team.members.map(({ role }) => role));
  const implementing = findImplementing(catalogue, team.type, team.members);
  const missing = new Map<string, { doer: string; count: number }>();
  const doerFor = (role: Role): string =>
    roles.has(role.id) ? role.id : (role.standIns.find((each) => roles.has(each)) ?? implementing);
  const inPlaceOf = (role: string, doer: string) => (role === doer ? '' : `, and ${doer} does its work here`);

  return {
    assign(draft) {
      if (draft.roleHint !== null) {
        const doer = doerFor(getRole(catalogue, draft.roleHint));
        if (doer !== draft.roleHint)
          missing.set(draft.roleHint, { doer, count: (missing.get(draft.roleHint)?.count ?? 0) + 1 });
        const reason = `the specification names ${draft.roleHint}${inPlaceOf(draft.roleHint, doer)}`;
        return { role: doer, nature: draft.roleHint, reason };
      }
      const best = findBestRole(catalogue, draft, (role) => (role.id === implementing ? 1 : 0));
      if (!best)
        return { role: implementing, nature: null, reason: `${implementing} implements in this team` };
      const doer = doerFor(best.role);
      const reason = `${best.words.map((word) => `"${word}"`).join(', ')} is work of ${best.role.id}${inPlaceOf(best.role.id, doer)}`;
      return { role: doer, nature: best.role.id, reason };
    },
    warnings: () =>
      [...missing].map(
        ([role, { doer, count }]) =>
          `The specification names ${role} for ${count === 1 ? 'a task' : `${count} tasks`}; ${doer} does that, since ${role} is not in the team.`,
      ),
  };
}

/** The role that does what nobody else is named for; who leads only when there is nobody else. */
function findImplementing(catalogue: Catalogue, type: string, members: readonly TeamMember[]): string {
  const { implementing } = getTemplate(catalogue, type);
  const leads = ['orchestrator', 'project-manager'];
  const found =
    members.find(({ role }) => role === implementing) ??
    members.find(({ role }) => !leads.includes(role)) ??
    members.find(({ role }) => role === 'project-manager');
  return found?.role ?? 'orchestrator';
}

interface BestRole {
  readonly role: Role;
  readonly score: number;
  readonly words: readonly string[];
}

function findBestRole(
  { roles }: Catalogue,
  draft: TaskDraft,
  advantage: (role: Role) => number,
): BestRole | undefined {
  const places = readPlaces(draft);
  let best: BestRole | undefined;
  for (const role of roles) {
    const { score, words } = scoreRole(role, places);
    const isBetter =
      best === undefined ||
      score > best.score ||
      (score === best.score && advantage(role) > advantage(best.role));
    if (score > 0 && isBetter) best = { role, score, words };
  }
  return best;
}

type Places = Readonly<Record<'head' | 'tail' | 'section' | 'body', WordText>>;

function readPlaces({ title, objective, criteria, sectionTitle }: TaskDraft): Places {
  const split = TAIL.exec(title)?.index ?? title.length;
  return {
    head: createWordText(title.slice(0, split)),
    tail: createWordText(title.slice(split)),
    section: createWordText(sectionTitle),
    body: createWordText([objective, ...criteria].join('\n')),
  };
}

/** A word counts once, where it counts most. */
function scoreRole({ leads, keywords }: Role, { head, tail, section, body }: Places): Omit<BestRole, 'role'> {
  const lead = leads.find((word) => head.beginsWith(word));
  const hits = keywords
    .map((word) => ({
      word,
      points: head.has(word)
        ? IN_HEAD
        : tail.has(word)
          ? IN_TAIL
          : section.has(word)
            ? IN_SECTION
            : body.has(word)
              ? IN_BODY
              : 0,
    }))
    .filter(({ points }) => points > 0);
  const most = Math.max(0, ...hits.map(({ points }) => points));
  // What decided is said; what only hinted is not.
  const said = hits.filter(({ points }) => points === most && (lead === undefined || points >= IN_TAIL));
  return {
    score: hits.reduce((sum, { points }) => sum + points, lead === undefined ? 0 : LEAD),
    words: [...new Set([...(lead === undefined ? [] : [lead]), ...said.map(({ word }) => word)])].slice(0, 4),
  };
}
