import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { operator } from '@orc/contracts';
import type { Room } from '../admission/room.ts';
import type { ChannelTable } from '../channels/table.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import type { OrphanWatch } from '../supervision/orphans.ts';
import type { Views } from '../team/views.ts';
import { aboutPlace } from './about-place.ts';
import { runChecks } from './doctor.ts';
import { version } from './version.ts';

type Names = 'health' | 'shutdown' | 'doctor' | 'backup' | 'status';

interface Deps {
  readonly views: Views;
  readonly machine: Room['machine'];
  readonly targets: Targets;
  readonly channels: () => ChannelTable;
  readonly orphans: OrphanWatch;
  readonly startedAt: number;
  readonly stop: (options: { readonly restart: boolean }) => void;
}

/** Calls about the daemon itself: whether it is well, what it holds. */
export function createSystemHandlers(
  parts: Parts,
  { views, machine, targets, channels, orphans, startedAt, stop }: Deps,
): HandlersOf<Names> {
  const { layout, queue, registry, clock } = parts;
  return {
    health: () => ({ version, pid: process.pid, startedAt, home: layout.home }),
    shutdown: ({ body }) => {
      // The answer goes out first: whoever asked wants to know that it was heard.
      setImmediate(() => stop(body));
      return { pid: process.pid };
    },
    doctor: async ({ query }) => ({
      checks: await runChecks(parts, { fix: query.fix ?? false, channels, orphans }),
    }),
    backup: async ({ body }) => {
      const stamp = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-');
      const path = body.path ?? join(layout.backups, `orc-${stamp}.db`);
      try {
        mkdirSync(layout.backups, { recursive: true, mode: 0o700 });
        await queue.backup(path);
      } catch (error) {
        throw aboutPlace(path, error);
      }
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
        machine: machine(),
        unreadForUser: queue.pendingCount(operator),
        projects: projects.map(views.project),
      };
    },
  };
}
