import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { operator, type EventView } from '@orc/contracts';
import { readEvents } from '@orc/event-bus';
import type { ChannelTable } from '../channels/table.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import type { Views } from '../team/views.ts';
import { runChecks } from './doctor.ts';
import { version } from './version.ts';

type Names = 'health' | 'shutdown' | 'doctor' | 'backup' | 'status' | 'events';

interface Deps {
  readonly views: Views;
  readonly targets: Targets;
  readonly channels: () => ChannelTable;
  readonly startedAt: number;
  readonly stop: (force: boolean) => void;
}

const EVENTS_TAIL = 50;

/** Calls about the daemon itself: whether it is well, what it holds, what has happened. */
export function createSystemHandlers(
  parts: Parts,
  { views, targets, channels, startedAt, stop }: Deps,
): HandlersOf<Names> {
  const { layout, queue, registry, clock, bus } = parts;
  return {
    health: () => ({ version, pid: process.pid, startedAt, home: layout.home }),
    shutdown: ({ body }) => {
      // The answer goes out first: whoever asked wants to know that it was heard.
      setImmediate(() => stop(body.force));
      return { pid: process.pid };
    },
    doctor: async ({ query }) => ({
      checks: await runChecks(parts, { fix: query.fix ?? false, channels }),
    }),
    backup: async ({ body }) => {
      mkdirSync(layout.backups, { recursive: true, mode: 0o700 });
      const stamp = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-');
      const path = body.path ?? join(layout.backups, `orc-${stamp}.db`);
      await queue.backup(path);
      return { path };
    },
    status: ({ caller, query }) => {
      const wanted = query.project ?? (caller.type === 'agent' ? caller.project : undefined);
      const projects =
        wanted === undefined
          ? registry.listProjects()
          : [registry.getProject(targets.projectOf(caller, wanted))];
      const now = clock.now();
      return {
        version,
        daemon: {
          pid: process.pid,
          startedAt,
          rssBytes: process.memoryUsage.rss(),
          uptimeMs: now - startedAt,
        },
        at: now,
        unreadForUser: queue.pendingCount(operator),
        projects: projects.map(views.project),
      };
    },
    events: async ({ query, progress, signal }) => {
      const types = query.types?.split(',');
      const events: EventView[] = [
        ...readEvents({
          directory: layout.events,
          since: query.since,
          types,
          tail: query.tail ?? EVENTS_TAIL,
        }),
      ];
      if (!query.follow) return { events };
      const say = (event: object) => progress({ step: 'event', text: JSON.stringify(event) });
      events.forEach(say);
      using _subscription = bus.subscribe(types ?? '*', (event) => say(event));
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      return { events: [] };
    },
  };
}
