import { agentIdOf } from '@orc/contracts';
import type { Capability } from '../capability.ts';
import { ensureTokenFile } from '../http/auth.ts';
import type { Notices } from '../messaging/notices.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import { createAlerts } from './alerts.ts';
import { createExport } from './export.ts';
import { startMetricsServer } from './metrics-server.ts';
import { createMetrics } from './metrics.ts';
import { readNumbers } from './views.ts';

interface Deps {
  readonly targets: Targets;
  readonly notices: Notices;
  readonly stateOf: Parameters<typeof createMetrics>[1]['stateOf'];
  readonly machine: Parameters<typeof createMetrics>[1]['machine'];
}

/** What the team's work amounts to: figures for people, for monitoring, and for whoever must be told. */
export function wireNumbers(
  parts: Parts,
  { targets, notices, stateOf, machine }: Deps,
): Capability<'numbers' | 'alerts' | 'metrics' | 'metricsText'> &
  Pick<ReturnType<typeof createMetrics>, 'countHooks'> & {
    /** Does nothing while `numbers.metrics.enabled` is false. */
    readonly serveOnLoopback: () => Promise<AsyncDisposable>;
  } {
  const { config, layout, log } = parts;
  const alerts = createAlerts(parts, notices);
  const exporting = createExport(parts);
  const metrics = createMetrics(parts, { stateOf, machine, alerts, exporting });
  return {
    serveOnLoopback: async () => {
      if (!config.numbers.metrics.enabled) return { [Symbol.asyncDispose]: () => Promise.resolve() };
      const token = ensureTokenFile(layout.metricsToken);
      const { port } = config.numbers.metrics;
      const server = await startMetricsServer({ port, token, text: metrics.text, log });
      log.info({ url: server.url }, 'metrics are served on loopback');
      return server;
    },
    countHooks: metrics.countHooks,
    handlers: {
      numbers: ({ caller, query }) => {
        const isAll = caller.type === 'operator' && query.project === undefined && query.agent === undefined;
        if (isAll) return readNumbers(parts, { prefix: '' });
        if (query.agent?.includes('/') === true) {
          const agent = targets.agent(query.agent);
          return readNumbers(parts, {
            prefix: `${targets.projectOf(caller, agent.project)}/`,
            agent: agent.id,
          });
        }
        const project = targets.projectOf(caller, query.project);
        const agent =
          query.agent === undefined ? undefined : targets.agent(agentIdOf(project, query.agent)).id;
        return readNumbers(parts, { prefix: `${project}/`, agent });
      },
      alerts: () => ({ alerts: alerts.open().map((episode) => ({ ...episode })) }),
      metrics: () => metrics.text(),
      metricsText: async () => ({ text: await metrics.text() }),
    },
    jobs: [
      { name: 'alerts', everyMs: config.numbers.alertEveryMs, run: () => alerts.judge() },
      { name: 'export', everyMs: config.numbers.export.everyMs, run: () => exporting.run() },
    ],
    [Symbol.dispose]: () => metrics[Symbol.dispose](),
  };
}
