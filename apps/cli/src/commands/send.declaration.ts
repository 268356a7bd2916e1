import type { Command } from '../command.ts';

export const declaration = {
  path: 'send',
  positionals: [
    { name: 'target', describe: 'A role, project/role, user, or session:window' },
    { name: 'text', describe: 'What to say; - reads standard input', isVariadic: true },
  ],
  options: {
    project: { type: 'string', describe: 'Project in which a bare role is looked up' },
    priority: { type: 'string', describe: 'low, normal, high, critical, or 0 to 999' },
    kind: {
      type: 'string',
      describe: 'Kind of the message, such as question or status',
      defaultText: 'note',
    },
    tag: { type: 'list', describe: 'A tag; may be repeated' },
    'expect-reply': { type: 'string', describe: 'The recipient owes a reply within this time, such as 10m' },
    'in-reply-to': { type: 'string', describe: 'Id of the message that this one answers' },
    after: { type: 'list', describe: 'Id of a message that must be finished first' },
    id: { type: 'string', describe: 'Id of your own; sending it again changes nothing' },
  },
} as const satisfies Pick<Command, 'path' | 'positionals' | 'options'>;
