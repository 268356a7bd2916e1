import { readFileSync } from 'node:fs';
import { listOption, stringOption, textOf, type Command } from '../command.ts';
import { parseDuration } from '../duration.ts';
import { declaration } from './send.declaration.ts';

export const command: Command = {
  ...declaration,
  aliases: ['scm'],
  summary: 'Send a message to an agent or to the user',
  examples: [
    ['orc send developer "The API is ready at /v1"', 'tells the developer of the only project'],
    [
      'orc send shop/tester "Which tests fail?" --expect-reply 10m',
      'asks, and has orc remember that an answer is owed',
    ],
  ],
  async run(args, { connect, say }) {
    const text = textOf(args, 'text');
    const expect = stringOption(args, 'expect-reply');
    const priority = stringOption(args, 'priority');
    const client = await connect();
    const message = await client.call('send', {
      body: {
        to: textOf(args, 'target'),
        body: text === '-' ? readFileSync(0, 'utf8') : text,
        project: stringOption(args, 'project'),
        kind: stringOption(args, 'kind'),
        priority: priority === undefined ? undefined : /^\d+$/.test(priority) ? Number(priority) : priority,
        tags: listOption(args, 'tag'),
        after: listOption(args, 'after'),
        id: stringOption(args, 'id'),
        inReplyTo: stringOption(args, 'in-reply-to'),
        expectReplyMs: expect === undefined ? undefined : parseDuration(expect),
      },
    });
    for (const warning of message.warnings) say(`orc: ${warning}`);
    return { json: message, text: `${message.id} to ${message.recipient} is ${message.state}` };
  },
};
