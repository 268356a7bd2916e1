import type { RouteName } from '@orc/contracts';
import type { HandlersOf } from './http/handlers.ts';
import type { Job } from './system/ticker.ts';

/**
 * What a joined capability gives to the daemon: the calls it answers, what it does at the daemon's pace, and
 * what it closes at the end. Each is made by the `wire…` function of its folder, and joined in `start.ts`.
 */
export interface Capability<Names extends RouteName> extends Disposable {
  readonly handlers: HandlersOf<Names>;
  readonly jobs: readonly Job[];
}
