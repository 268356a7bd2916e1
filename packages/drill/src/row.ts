import { errors } from './errors.ts';
import type { World, WorldOptions } from './world.ts';

/** One fault, injected for real. */
export interface Row {
  /** Short and permanent: it is named on the command line. */
  readonly name: string;
  readonly fault: string;
  /** Injects it and waits for what must follow; says what was seen. @throws when orc did not keep its word */
  run(world: World): Promise<string>;
}

/** Rows that can share one world, one after another. */
export interface Group {
  readonly name: string;
  readonly options: Pick<WorldOptions, 'config' | 'scenario' | 'roles'>;
  readonly rows: readonly Row[];
  /** ORC_HOME lies on a small file system of its own. */
  readonly isOnSmallDisk?: boolean;
  /** Why this machine cannot run it; `undefined` when it can. */
  readonly hindrance?: () => string | undefined;
  /** On top of the world's environment; given the world's directory. */
  readonly environment?: (directory: string) => Readonly<Record<string, string>>;
}

/** @throws ORC_DRILL_PROMISE_BROKEN */
export function expectThat(holds: boolean, problem: string): void {
  if (!holds) throw errors.promiseBroken(problem);
}

/** Proof is asked for soon and restarts follow at once, so that a drill takes seconds. */
export const quickConfig = {
  queue: { evidenceMs: 1_500, leaseMs: 2_000, busyTimeoutMs: 500 },
  restarts: { restartsMax: 100, delayMs: 100, firstDelayMaxMs: 100, delayMaxMs: 1_000 },
} as const;
