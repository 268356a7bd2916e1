import { createConfigHandlers } from './config/handlers.ts';
import type { LoadedConfig } from './config/load.ts';
import type { House } from './house.ts';
import type { Handlers } from './http/handlers.ts';
import { createClientHandlers } from './messaging/client-handlers.ts';
import { createMessageHandlers } from './messaging/handlers.ts';
import { createInboxHandlers } from './messaging/inbox.ts';
import { createPortabilityHandlers } from './messaging/portability.ts';
import type { Parts } from './parts.ts';
import { createSystemHandlers } from './system/handlers.ts';
import { createTaskHandlers } from './tasks/handlers.ts';
import { createAgentHandlers } from './team/agent-handlers.ts';
import { createTeamHandlers } from './team/handlers.ts';
import { createWindowHandlers } from './team/window-handlers.ts';
import { createWorkHandlers } from './team/work-handlers.ts';

/** Every call the daemon answers, and which capability answers it. */
export function createCalls(
  parts: Parts,
  { messaging, team, supervision, routing, capabilities }: House,
  {
    loaded,
    stop,
  }: { readonly loaded: LoadedConfig; readonly stop: (options: { readonly restart: boolean }) => void },
): Handlers {
  const { targets, waiters } = messaging;
  const { failures, orphans, desk } = supervision;
  const { channels, credits, costs, numbers, events, pubsub, schedule, rules, git } = capabilities;
  const client = createClientHandlers(parts, {
    ...{ desk, waiters, targets },
    onRateLimits: credits.listener.fromStatusLine,
  });
  return {
    ...createSystemHandlers(parts, {
      ...{ views: team.views, machine: team.admission.machine, targets, orphans, stop },
      channels: channels.table,
      startedAt: parts.clock.now(),
    }),
    ...createConfigHandlers(parts, loaded),
    ...createTeamHandlers(parts, team),
    ...createAgentHandlers(parts, { ...team, failures }),
    ...createWindowHandlers(parts, targets),
    ...createWorkHandlers(parts, targets),
    ...createTaskHandlers(parts, { ...messaging, ...team, ...routing }),
    ...createMessageHandlers(parts, { targets, ...routing }),
    ...createInboxHandlers(parts, targets),
    ...createPortabilityHandlers(parts),
    ...routing.handlers,
    ...events.handlers,
    ...pubsub.handlers,
    ...channels.handlers,
    ...schedule.handlers,
    ...rules.handlers,
    ...git.handlers,
    ...credits.handlers,
    ...costs.handlers,
    ...numbers.handlers,
    ...client,
    hooks: numbers.countHooks(client.hooks),
  };
}
