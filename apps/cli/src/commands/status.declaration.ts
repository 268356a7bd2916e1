import type { Command } from '../command.ts';

export const declaration = {
  path: 'status',
  positionals: [],
  options: {
    project: { type: 'string', describe: 'Only this project' },
    agent: { type: 'string', describe: 'Only this agent' },
    watch: { type: 'boolean', describe: 'Redraw every second until interrupted' },
    format: { type: 'string', describe: 'json is the same as --json' },
  },
} as const satisfies Pick<Command, 'path' | 'positionals' | 'options'>;
