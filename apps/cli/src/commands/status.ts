import { noAgent } from '../agent-names.ts';
import { isSet, stringOption, type Command } from '../command.ts';
import { formatStatus } from '../status-text.ts';
import { declaration } from './status.declaration.ts';

const REDRAW_MS = 1_000;

export const command: Command = {
  ...declaration,
  summary: 'Show every project, its agents and what each of them does and why',
  examples: [
    ['orc status', 'every project and agent'],
    ['orc status --project shop --json', 'one project as a JSON document'],
  ],
  async run(args, surroundings) {
    const client = await surroundings.connect();
    const project = stringOption(args, 'project');
    const agent = stringOption(args, 'agent');
    const look = async () => {
      const status = await client.call('status', { query: { project } });
      if (agent === undefined) return status;
      const isWanted = ({ id, role }: { id: string; role: string }) => id === agent || role === agent;
      const projects = status.projects
        .map((each) => ({ ...each, agents: each.agents.filter(isWanted) }))
        .filter(({ agents }) => agents.length > 0);
      if (projects.length === 0)
        throw noAgent(
          agent,
          status.projects.flatMap(({ agents }) => agents),
        );
      return { ...status, projects };
    };
    const isColoured = surroundings.isTerminal && surroundings.environment.NO_COLOR === undefined;
    while (isSet(args, 'watch') && surroundings.isTerminal) {
      const picture = `${formatStatus(await look(), { isColoured })}\n`;
      surroundings.clear();
      surroundings.print(picture);
      await new Promise((resolve) => setTimeout(resolve, REDRAW_MS));
    }
    const status = await look();
    const text =
      stringOption(args, 'format') === 'json'
        ? JSON.stringify(status, null, 2)
        : formatStatus(status, { isColoured });
    return { json: status, text };
  },
};
