import { explainFailure, isMissing } from './answers.ts';
import { errors } from './errors.ts';
import { parsePaneId } from './names.ts';
import type { Command } from './quoting.ts';
import type { ServerLink } from './server-link.ts';
import type { CaptureOptions, PaneId } from './types.ts';

/** While there is no connection each pane costs a process; more at once would only compete. */
const processesMax = 4;

/** All requests leave before the first answer is awaited: one round, whatever the number of panes. */
export async function capture(
  link: ServerLink,
  paneIds: readonly PaneId[],
  options: CaptureOptions,
): Promise<Map<PaneId, string>> {
  const flags = captureFlags(options);
  const screens = new Map<PaneId, string>();
  const read = async (paneId: PaneId) => {
    const command: Command = ['capture-pane', '-p', ...flags, '-t', parsePaneId(paneId)];
    const reply = await link.execute([command], { isRepeatable: true });
    if (reply.failure === undefined) screens.set(paneId, reply.text);
    else if (!isMissing(reply)) throw explainFailure([command], reply.failure);
  };
  const step = link.status === 'connected' ? paneIds.length : processesMax;
  for (let start = 0; start < paneIds.length; start += step)
    await Promise.all(paneIds.slice(start, start + step).map(read));
  return screens;
}

function captureFlags({ history = false, escapes = false }: CaptureOptions): string[] {
  const flags = escapes ? ['-e'] : [];
  if (history === false) return flags;
  if (history === true) return [...flags, '-S', '-'];
  if (!Number.isInteger(history) || history < 0) throw errors.badArgument(`${history} lines of history`);
  return [...flags, '-S', String(-history)];
}
