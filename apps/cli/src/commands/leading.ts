import { isSet, stringOption, textOf, type Command } from '../command.ts';
import { projectOption } from '../project-flag.ts';
import { count } from '../status-text.ts';

const escalate: Command = {
  path: 'escalate',
  summary: 'Put before the hub what you cannot decide, in the form that it decides by',
  positionals: [{ name: 'issue', describe: 'What is wrong, since when', isVariadic: true }],
  options: {
    tried: { type: 'string', describe: 'What was done, with what result', isRequired: true },
    recommend: { type: 'string', describe: 'What you would do', isRequired: true },
    need: { type: 'string', describe: 'What you need, from whom, until when', isRequired: true },
    project: projectOption,
  },
  examples: [
    [
      'orc escalate "Two agents fail at every start" --tried "restarted both, 1 still fails" --recommend "look at memory" --need "your word on a smaller team, today"',
      'the hub gets it ahead of other mail',
    ],
  ],
  async run(args, { connect, say }) {
    const client = await connect();
    const message = await client.call('escalate', {
      body: {
        issue: textOf(args, 'issue'),
        tried: stringOption(args, 'tried') ?? '',
        recommendation: stringOption(args, 'recommend') ?? '',
        need: stringOption(args, 'need') ?? '',
        project: stringOption(args, 'project'),
      },
    });
    for (const warning of message.warnings) say(`orc: ${warning}`);
    return { json: message, text: `${message.id} is queued for ${message.recipient}` };
  },
};

const PURPOSE = 'team-update';

const teamUpdate: Command = {
  path: 'team-update',
  summary: 'Say how the whole team stands, from what the daemon knows; with --send, to everybody',
  options: {
    next: { type: 'string', describe: 'When you look next', defaultText: 'the next scheduled check-in' },
    send: { type: 'boolean', describe: 'Broadcast it to the team' },
    project: projectOption,
  },
  examples: [
    ['orc team-update', 'prints it'],
    ['orc team-update --next "in two hours" --send', 'tells the whole team'],
  ],
  async run(args, { connect }) {
    const client = await connect();
    const query = { project: stringOption(args, 'project'), next: stringOption(args, 'next') };
    const { project, text } = await client.call('teamUpdate', { query });
    if (!isSet(args, 'send')) return { json: { project, text, messages: [] }, text };
    const { messages } = await client.call('broadcast', { body: { project, body: text, purpose: PURPOSE } });
    return { json: { project, text, messages }, text: `${text}\n\ntold ${count(messages.length, 'agent')}` };
  },
};

export const leadingCommands: readonly Command[] = [escalate, teamUpdate];
