import { createStartQueue } from './admission/start-queue.ts';
import { wireChannels } from './channels/wire.ts';
import { wireCosts } from './costs/wire.ts';
import { wireCredits } from './credits/wire.ts';
import { wireEvents } from './events/wire.ts';
import { wireGit } from './git/wire.ts';
import { wireNumbers } from './numbers/wire.ts';
import type { OpenedParts } from './parts-opening.ts';
import { wirePubsub } from './pubsub/wire.ts';
import { wireRouting } from './routing/wire.ts';
import { wireRules } from './rules/wire.ts';
import { wireSchedule } from './schedule/wire.ts';
import { createStateReader } from './supervision/state.ts';
import { watchPanes } from './supervision/watch-panes.ts';
import type { Disposer } from './system/disposer.ts';
import type { Programs } from './team/settings.ts';
import { wireMessaging, wireSupervision, wireTeam } from './wiring.ts';

/** Every capability of the daemon, each joined once, in the order in which they need one another. */
export function wireHouse(
  parts: OpenedParts,
  { programs, disposer }: { readonly programs: Programs; readonly disposer: Disposer },
) {
  const starts = createStartQueue(parts);
  const stateOf = createStateReader(parts, starts);
  const messaging = wireMessaging(parts, stateOf);
  const credits = disposer.use(wireCredits(parts, messaging));
  const costs = disposer.use(wireCosts(parts, { ...messaging, parking: credits.parking }));
  const team = wireTeam(parts, { programs, stateOf, starts, messaging, credits, costs });
  const supervision = wireSupervision(parts, { stateOf, starts, messaging, team, credits, costs });
  const schedule = disposer.use(wireSchedule(parts, { ...team, ...messaging, credits, stateOf }));
  const numbers = disposer.use(
    wireNumbers(parts, { ...messaging, stateOf, machine: team.admission.machine }),
  );
  const pubsub = disposer.use(wirePubsub(parts, { ...messaging, stateOf }));
  const events = disposer.use(wireEvents(parts, messaging.pipeline));
  const routing = disposer.use(wireRouting(parts, { ...messaging, ...team }));
  const channels = wireChannels(parts, messaging.channels);
  const rules = disposer.use(
    wireRules(parts, { ...messaging, onHook: supervision.onHook, stateOf, ways: routing.ways }),
  );
  const git = disposer.use(wireGit(parts, { ...messaging, catalogue: team.catalogue, stateOf }));
  disposer.use(team.checkpoints);
  disposer.use(supervision.restarts);
  parts.onTmux.watch = (driver) => watchPanes(parts, driver, supervision.restarts);
  return {
    ...{ messaging, team, supervision, routing },
    /** Those that bring calls and jobs of their own and need nothing else from here. */
    capabilities: { credits, costs, schedule, numbers, pubsub, events, routing, channels, rules, git },
  };
}

export type House = ReturnType<typeof wireHouse>;
