import { isSet, stringOption, type Command } from '../command.ts';
import { projectOption } from '../project-flag.ts';

export const command: Command = {
  path: 'down',
  summary: 'End a team; branches stay, uncommitted work is kept under rescue refs',
  options: {
    project: projectOption,
    force: { type: 'boolean', describe: 'Do not wait for agents to end by themselves' },
  },
  examples: [['orc down', 'ends the only project']],
  async run(args, { connect, say }) {
    const client = await connect();
    const result = await client.call(
      'down',
      { body: { project: stringOption(args, 'project'), force: isSet(args, 'force') } },
      { onProgress: ({ text }) => say(`· ${text}`) },
    );
    const rescued = result.rescues.map(({ ref }) => `kept: ${ref}`);
    const end = result.changed ? `${result.project} is down.` : `${result.project} was down already.`;
    return { json: result, text: [...rescued, end].join('\n') };
  },
};
