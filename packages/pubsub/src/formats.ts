/** A notice as the management of a team knows it: its text, its tags, and how urgent it is. */
export interface ManagementNotice {
  readonly text: string;
  readonly tags: readonly string[];
  readonly priority: 'normal' | 'high' | 'critical';
}

const MINUTE_MS = 60_000;

export function idleNotice(agent: string, idleMs: number): ManagementNotice {
  // Less than a minute is no idleness that anybody has to look at.
  const minutes = Math.max(1, Math.floor(idleMs / MINUTE_MS));
  return {
    text: `⚠️ HIGH PRIORITY Agent ${agent} idle ${minutes}min - investigate or restart`,
    tags: ['monitoring', 'health', 'idle'],
    priority: 'high',
  };
}

export function unresponsiveNotice(agent: string, askedMs: number): ManagementNotice {
  const minutes = Math.max(1, Math.floor(askedMs / MINUTE_MS));
  return {
    text: `⚠️ HIGH PRIORITY Agent ${agent} idle and without an answer for ${minutes}min - restart it: orc restart agent ${agent}`,
    tags: ['monitoring', 'health', 'unresponsive'],
    priority: 'high',
  };
}

export function crashNotice(
  agent: string,
  {
    isManager,
    place,
    action,
  }: { readonly isManager: boolean; readonly place: string; readonly action: string },
): ManagementNotice {
  return isManager
    ? {
        text: `🚨 CRITICAL PM crash detected ${place} - ${action}`,
        tags: ['recovery', 'critical', 'pm-management'],
        priority: 'critical',
      }
    : {
        text: `⚠️ HIGH PRIORITY Agent ${agent} crash detected ${place} - ${action}`,
        tags: ['recovery', 'failure'],
        priority: 'high',
      };
}

export function recoveryNotice(agent: string): ManagementNotice {
  return {
    text: `📨 Agent ${agent} recovered - restarted with its context, working again`,
    tags: ['recovery', 'status'],
    priority: 'normal',
  };
}

/** How many agents are in each state, and what is the matter with those that are not well. */
export interface TeamHealth {
  readonly active: number;
  readonly idle: number;
  /** Such as `shop/tester crashed`. */
  readonly troubles: readonly string[];
}

export function healthNotice({ active, idle, troubles }: TeamHealth): ManagementNotice {
  const counts = `${active} active, ${idle} idle`;
  const text =
    troubles.length === 0
      ? `📨 All agents healthy - ${counts}, monitoring stable`
      : `📨 Team status - ${counts}, ${troubles.length} need attention: ${troubles.join('; ')}`;
  return { text, tags: ['monitoring', 'status', 'health'], priority: 'normal' };
}

/** The first of these that a publication is tagged with says what it is. */
const TYPES = [
  'acknowledgment',
  'status-request',
  'failure',
  'unresponsive',
  'idle',
  'recovery',
  'status',
  'escalation',
];

/** What kind of publication these tags make: `failure`, `idle`, `recovery` …, or `message`. */
export function typeOfTags(tags: readonly string[]): string {
  if (tags.includes('critical') && tags.includes('recovery')) return 'failure';
  return TYPES.find((type) => tags.includes(type)) ?? 'message';
}
