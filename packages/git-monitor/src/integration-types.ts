import type { Area, FileKind } from './areas.ts';
import type { Conflict } from './merge-tree.ts';

/**
 * `merging`: steps are merged, or were when the daemon ended. `conflict`: a step waits for its owner.
 * `untested`: there is no test command. `failed`: the tests of this commit failed. `tested`: they passed.
 * `published`: pushed, or left for a person, and the parent does not have it yet. `merged`: the parent has it.
 * `abandoned`: given up; its branch stays.
 */
export type IntegrationState =
  'merging' | 'conflict' | 'untested' | 'failed' | 'tested' | 'published' | 'merged' | 'abandoned';

export interface IntegrationStep {
  readonly branch: string;
  /** Whose branch it is; `null` when no agent ever had it. */
  readonly owner: string | null;
  readonly role: string | null;
  readonly area: Area;
  readonly files: number;
  readonly commits: number;
  /** Its tip when it was planned or merged. */
  readonly tip: string;
  /** `contained`: another step, or the parent, brought it. */
  readonly state: 'waiting' | 'merged' | 'contained' | 'conflict';
  /** Why it stands where it stands. */
  readonly why: string;
  readonly conflicts: readonly OwnedConflict[];
}

/** A conflict and the kind of agent that solves it: tests the tester, code the developer, the rest the PM. */
export interface OwnedConflict extends Conflict {
  readonly fileKind: FileKind;
}

export interface Integration {
  /** The branch's name. */
  readonly id: string;
  readonly project: string;
  readonly kind: 'integration' | 'rollback';
  readonly state: IntegrationState;
  readonly parent: string;
  /** The parent's commit that it began on. */
  readonly base: string;
  /** The last good merge. */
  readonly head: string;
  readonly steps: readonly IntegrationStep[];
  /** A pull request that was opened for it. */
  readonly pull: { readonly number: number; readonly url: string } | null;
  readonly createdAt: number;
  /** When a conflict must be solved; `null` without one. */
  readonly dueAt: number | null;
  readonly mergedAt: number | null;
}

export interface PlanCheck {
  readonly name: 'fetch' | 'parent' | 'quiet' | 'saved' | 'ready';
  /** `failed` stops an integration; `warning` says what stays out of it. */
  readonly status: 'ok' | 'warning' | 'failed';
  readonly text: string;
}

export interface IntegrationPlan {
  readonly checks: readonly PlanCheck[];
  /** The parent's commit to begin on; `null` when there is none. */
  readonly base: string | null;
  readonly steps: readonly IntegrationStep[];
  readonly skipped: readonly { readonly branch: string; readonly why: string }[];
}
