import type { AgentState } from '@orc/contracts';
import { describeError } from '@orc/errors';
import type { Agent } from '@orc/registry';
import type { Catalogue } from '@orc/team-planner';
import type { Capability } from '../capability.ts';
import type { Notices } from '../messaging/notices.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import { createTurns } from '../system/turns.ts';
import { createCoalescer } from './coalesce.ts';
import { createConflictNews } from './conflicts.ts';
import { createGitHandlers, type GitNames } from './handlers.ts';
import { createIntegrate } from './integrate.ts';
import { createLanes } from './lanes.ts';
import { createPeople } from './people.ts';
import { createRollback } from './rollback.ts';
import { watchSyncs } from './sync.ts';
import { createGitWatch } from './watch.ts';

const MINUTE_MS = 60_000;
const OPEN_LANES_EVERY_MS = 10_000;

interface Deps {
  readonly catalogue: Catalogue;
  readonly notices: Notices;
  readonly targets: Targets;
  readonly stateOf: (agent: Agent) => AgentState;
}

/** What git says of every team, and what follows: conflicts told early, commits passed on, branches joined. */
export function wireGit(parts: Parts, { catalogue, notices, targets, stateOf }: Deps): Capability<GitNames> {
  const { registry, bus, config, log } = parts;
  const news = createConflictNews(parts, notices);
  const rehearse = createCoalescer(async (slug) => {
    const project = registry.findProject(slug);
    if (project?.status !== 'active') return;
    try {
      news(await watch.radar(project));
    } catch (error) {
      log.warn({ project: slug, problem: describeError(error) }, 'the radar could not look');
    }
  });
  const watch = createGitWatch(parts, catalogue, (slug) => {
    rehearse(slug);
    lanes.schedule(slug);
  });
  const tools = { watch, notices, people: createPeople(parts, notices) };
  const lanes = createLanes(parts, tools, stateOf);
  // What writes on orc's own branches of a project goes one after the other.
  const turns = createTurns();
  const integrate = createIntegrate(parts, tools, turns);
  const rollback = createRollback(parts, tools, turns);
  // A receiver that has just become idle may be given what waits for it.
  const idle = bus.subscribe('agent.state_changed', ({ project, data }) => {
    if (project !== undefined && (data as { to?: unknown }).to === 'idle') lanes.lookAtOpen();
  });
  const activeProjects = () => registry.listProjects().filter(({ status }) => status === 'active');
  const look = async () => {
    await watch.lookAtAll();
    for (const project of activeProjects()) {
      await integrate.settle(project);
      await watchSyncs(parts, project);
    }
  };
  return {
    handlers: createGitHandlers(parts, { tools, targets, integrate, rollback, lanes, stateOf, news }),
    jobs: [
      { name: 'git', everyMs: config.git.lookEveryMs, run: look },
      {
        name: 'git radar',
        everyMs: config.git.radarEveryMs,
        run: () => activeProjects().forEach(({ slug }) => rehearse(slug)),
      },
      { name: 'open lanes', everyMs: OPEN_LANES_EVERY_MS, run: lanes.lookAtOpen },
      { name: 'lane sweep', everyMs: config.git.fastLanes.sweepMinutes * MINUTE_MS, run: lanes.sweep },
      { name: 'lane cycles', everyMs: MINUTE_MS, run: lanes.tellOfCycles },
    ],
    [Symbol.dispose]: () => {
      idle[Symbol.dispose]();
      watch[Symbol.dispose]();
    },
  };
}
