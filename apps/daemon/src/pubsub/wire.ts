import type { AgentState } from '@orc/contracts';
import type { Agent } from '@orc/registry';
import type { Capability } from '../capability.ts';
import type { Notices } from '../messaging/notices.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import { createHealthReader } from '../supervision/health.ts';
import { createEventSubscriptions } from './event-subscriptions.ts';
import { createPubsubHandlers, type PubsubNames } from './handlers.ts';
import { createManagement } from './management.ts';
import { createPublishing } from './publishing.ts';

interface Deps {
  readonly targets: Targets;
  readonly notices: Notices;
  readonly stateOf: (agent: Agent) => AgentState;
}

const LOOK_MS = 5_000;

/** Groups of a team: what is published becomes mail, and management hears what it has to know. */
export function wirePubsub(parts: Parts, { targets, notices, stateOf }: Deps): Capability<PubsubNames> {
  const publishing = createPublishing(parts, notices);
  const healthOf = createHealthReader(parts, stateOf);
  const subscriptions = createEventSubscriptions(parts, notices);
  const management = createManagement(parts, { publishing, notices, stateOf, healthOf });
  return {
    handlers: createPubsubHandlers(parts, { targets, publishing, management, stateOf }),
    jobs: [
      { name: 'management', everyMs: LOOK_MS, run: () => management.look() },
      { name: 'publications', everyMs: LOOK_MS, run: () => publishing.handOverRest() },
    ],
    [Symbol.dispose]: () => {
      subscriptions[Symbol.dispose]();
      management[Symbol.dispose]();
    },
  };
}
