import type { HotCommand } from './plain-arguments.ts';
import { declaration as send } from './commands/send.declaration.ts';
import { declaration as status } from './commands/status.declaration.ts';

/** What agents and prompts call all day; budgeted as whole processes, so they load next to nothing. */
export const hotCommands: Readonly<Record<string, HotCommand>> = {
  send: { declaration: send, load: async () => (await import('./commands/send.ts')).command },
  status: { declaration: status, load: async () => (await import('./commands/status.ts')).command },
};
