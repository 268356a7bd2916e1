import { agentIdOf } from '@orc/contracts';
import { errors } from '../errors.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';

/** Calls about an agent's window: what it shows, and how a person gets to it. */
export function createWindowHandlers(
  { tmux, panes }: Pick<Parts, 'tmux' | 'panes'>,
  targets: Targets,
): HandlersOf<'agentScreen' | 'attachment'> {
  const windowOf = async ({ project, role }: { project: string; role: string }) => {
    const { id, paneId } = targets.agent(agentIdOf(project, role));
    const driver = await tmux();
    const pane = (await panes()).find((each) => String(each.paneId) === paneId);
    if (!pane) throw errors.agentNotRunning(id);
    return { driver, paneId: pane.paneId };
  };
  return {
    agentScreen: async ({ params, query }) => {
      const { driver, paneId } = await windowOf(params);
      const screens = await driver.capture([paneId], {
        ...(query.history !== undefined && { history: query.history }),
        escapes: query.escapes ?? false,
      });
      return { screen: screens.get(paneId) ?? '' };
    },
    attachment: async ({ params, query }) => {
      const { driver, paneId } = await windowOf(params);
      return { argv: driver.attachCommand({ paneId, readOnly: query.readOnly ?? false }) };
    },
  };
}
