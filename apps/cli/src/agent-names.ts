import type { AgentView, Client } from '@orc/contracts';
import { textOf, type Arguments } from './command.ts';
import { errors } from './errors.ts';

export const agentPositional = { name: 'agent', describe: 'Role, or project/role' };

/** Finds the one agent that a name means: an id, or a role that only one project has. */
export async function findAgent(client: Client, args: Arguments): Promise<AgentView> {
  const name = textOf(args, 'agent');
  // An address is what tmux shows; the daemon knows whose window it is.
  if (name.includes(':')) {
    const [agent] = (await client.call('agents', { query: { target: name } })).agents;
    if (agent) return agent;
  }
  const { agents } = await client.call('agents', {});
  const found = agents.filter(({ id, role }) => id === name || role === name);
  if (found.length === 1 && found[0]) return found[0];
  if (found.length === 0) throw noAgent(name, agents);
  throw errors.usage(`"${name}" is in several projects.`, whichOf(agents));
}

/** The error for a name that nobody has among these. */
export function noAgent(name: string, agents: readonly Pick<AgentView, 'id'>[]): Error {
  return errors.usage(`There is no agent "${name}".`, whichOf(agents));
}

function whichOf(agents: readonly Pick<AgentView, 'id'>[]): string {
  const known = agents.map(({ id }) => id).join(', ');
  return known === '' ? 'Start a team with "orc up".' : `Say one of: ${known}.`;
}

export const paramsOf = ({ project, role }: AgentView) => ({ project, role });
