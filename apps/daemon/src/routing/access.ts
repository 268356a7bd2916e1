import type { Project } from '@orc/registry';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { Teams } from './matrix.ts';

const LEADS: ReadonlySet<string> = new Set(['orchestrator', 'project-manager']);

/** Some things are for the person and those who lead the team. @throws ORC_DAEMON_FORBIDDEN */
export function requireLead(teams: Teams, caller: Caller, project: Project, what: string): void {
  if (caller.type === 'operator') return;
  const party = teams.partyOf(caller.name);
  const isLead = party.type === 'member' && (party.name === project.hub || LEADS.has(party.role));
  if (!isLead) throw errors.forbidden(what);
}
