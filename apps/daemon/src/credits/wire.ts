import type { Agent } from '@orc/registry';
import type { Capability } from '../capability.ts';
import type { Notices } from '../messaging/notices.ts';
import { createLimitDialogCloser } from '../messaging/nudge.ts';
import type { Parts } from '../parts.ts';
import type { CreditsConfig } from './config.ts';
import { createGovernor } from './governor.ts';
import { createCreditHandlers } from './handlers.ts';
import { createCreditListener } from './listener.ts';
import { createParking } from './parking.ts';
import { createScheduleFile } from './schedule-file.ts';

const TICK_MS = 1_000;

/**
 * Usage limits: who says what about them goes to the rules of `@orc/credit-monitor`, and what follows from
 * those to the ledger's parking, to mailboxes, to the bus and to the states of agents.
 */
export function wireCredits(parts: Parts, { notices }: { readonly notices: Notices }) {
  const closeDialog = createLimitDialogCloser(parts);
  const clearTheWay = (agent: Agent): void => {
    if (!parts.config.credits.closeDialog) return;
    closeDialog(agent).catch((error: unknown) =>
      parts.log.warn({ err: error, agent: agent.id }, 'the question about a limit could not be closed'),
    );
  };
  const parking = createParking(parts);
  const governor = createGovernor(parts, { notices, parking, clearTheWay });
  const listener = createCreditListener(parts, governor);
  const writeSchedule = createScheduleFile(parts, governor);
  const { holdTasksBelow, pressureMax } = parts.config.credits;
  const capability: Capability<'credits' | 'changeCredits'> = {
    handlers: createCreditHandlers(parts, governor),
    jobs: [
      { name: 'limits', everyMs: TICK_MS, run: () => governor.tick() },
      { name: 'schedule of limits', everyMs: 5 * TICK_MS, run: writeSchedule },
    ],
    [Symbol.dispose]: () => governor[Symbol.dispose](),
  };
  return {
    ...capability,
    listener,
    parking,
    governor,
    checkInFactor: createCheckInFactor(parts.config.credits, governor.pressureOf),
    /** False while a task of this priority is held back, because the account's windows are running out. */
    mayStart: (agent: Agent, priority: number): boolean =>
      holdTasksBelow === null || priority >= holdTasksBelow || governor.pressureOf(agent) < pressureMax,
  };
}

/** Less than this below the threshold is no relief: a pressure that moves about it changes no schedule. */
const RELIEF = 0.1;

/** How much longer than usual the time between check-ins of an agent should be now. */
export function createCheckInFactor(
  { slowCheckIns, pressureMax }: Pick<CreditsConfig, 'slowCheckIns' | 'pressureMax'>,
  pressureOf: (agent: Agent) => number,
): (agent: Agent) => number {
  const slowed = new Set<string>();
  return (agent) => {
    if (!slowCheckIns) return 1;
    const pressure = pressureOf(agent);
    if (pressure >= pressureMax) slowed.add(agent.id);
    else if (pressure < pressureMax - RELIEF) slowed.delete(agent.id);
    return slowed.has(agent.id) ? 2 : 1;
  };
}

export type Credits = ReturnType<typeof wireCredits>;
