import { isSet, listOption, stringOption, type Command } from '../command.ts';
import { projectOption } from '../project-flag.ts';
import { formatTable } from '../table.ts';

export const command: Command = {
  path: 'resume',
  summary: 'Go on with a project: start the dead agents again, leave the others in peace',
  options: {
    project: projectOption,
    'status-only': { type: 'boolean', describe: 'Say what would be done and change nothing' },
    'rebrief-all': { type: 'boolean', describe: 'Brief every living agent again' },
    'add-roles': { type: 'list', describe: 'Add these roles to the team' },
  },
  examples: [
    ['orc resume --status-only', 'tells the living, the dead and the limited apart'],
    ['orc resume', 'starts the dead ones with their context'],
  ],
  async run(args, { connect, say }) {
    // A daemon that starts takes over agents and starts dead ones again; whoever only looks must start none.
    const client = await connect({ start: !isSet(args, 'status-only') });
    const result = await client.call(
      'resume',
      {
        body: {
          project: stringOption(args, 'project'),
          statusOnly: isSet(args, 'status-only'),
          rebriefAll: isSet(args, 'rebrief-all'),
          addRoles: listOption(args, 'add-roles') ?? [],
        },
      },
      { onProgress: ({ text }) => say(`· ${text}`) },
    );
    const rows = result.agents.map(({ id, verdict, state, plan }) => [id, verdict, state.state, plan]);
    const table = formatTable([['AGENT', 'VERDICT', 'STATE', 'PLAN'], ...rows]);
    const lacks = result.agents.flatMap(({ id, missing }) => missing.map((each) => `${id} lacks: ${each}`));
    const end = result.changed ? result.did.join('\n') : 'nothing was changed';
    return { json: result, text: [table, ...lacks, end].join('\n') };
  },
};
