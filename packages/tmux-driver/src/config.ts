import { z } from 'zod';
import { errors } from './errors.ts';

/** The system's limit for the path of a unix socket, less the NUL at its end. */
const socketPathBytesMax = 107;

export const TmuxOptions = z.strictObject({
  socketPath: z.string().startsWith('/').describe('Absolute path of the server’s socket, at most 107 bytes.'),
  tmuxPath: z.string().min(1).default('tmux').describe('The tmux program; 3.2 or newer.'),
  env: z
    .record(z.string(), z.string())
    .default({})
    .describe('Added to the small environment a new server, and so every pane, starts with.'),
  pollMs: z
    .int()
    .min(20)
    .max(5_000)
    .default(150)
    .describe('How often the watch asks which panes are dead; bounds how late a death is told.'),
  requestTimeoutMs: z
    .int()
    .min(100)
    .max(600_000)
    .default(10_000)
    .describe('How long one command may take; after that the connection is made anew.'),
  historyLines: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(5_000)
    .describe('Lines above the screen that panes of new sessions keep.'),
});
export type TmuxOptions = z.infer<typeof TmuxOptions>;
export type TmuxOptionsInput = z.input<typeof TmuxOptions>;

/** @throws ORC_TMUX_BAD_OPTIONS, ORC_TMUX_SOCKET_PATH_TOO_LONG */
export function parseOptions(input: TmuxOptionsInput): TmuxOptions {
  const result = TmuxOptions.safeParse(input);
  if (!result.success) throw errors.badOptions(z.prettifyError(result.error));
  const { socketPath } = result.data;
  if (Buffer.byteLength(socketPath) > socketPathBytesMax)
    throw errors.socketPathTooLong(socketPath, socketPathBytesMax);
  return result.data;
}
