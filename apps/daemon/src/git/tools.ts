import type { Notices } from '../messaging/notices.ts';
import type { People } from './people.ts';
import type { GitWatch } from './watch.ts';

/** What the parts of this capability need of one another. */
export interface GitTools {
  readonly watch: GitWatch;
  readonly notices: Notices;
  readonly people: People;
}
