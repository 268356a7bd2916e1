import type { HookEventName } from './hook-input.ts';

type Version = readonly [major: number, minor: number, patch: number];

/**
 * The first client that certainly knows an event. An event that the installed one lacks makes it stop at a
 * dialog when it starts, so the table errs towards later versions.
 */
const EVENTS_SINCE: Readonly<Record<HookEventName, Version>> = {
  SessionStart: [2, 0, 0],
  UserPromptSubmit: [2, 0, 0],
  PostToolUse: [2, 0, 0],
  PostToolUseFailure: [2, 1, 33],
  PermissionRequest: [2, 0, 45],
  Notification: [2, 0, 0],
  Stop: [2, 0, 0],
  StopFailure: [2, 1, 78],
  PreCompact: [2, 0, 0],
  PostCompact: [2, 1, 76],
  SessionEnd: [2, 0, 0],
};

/** `args` beside `command`, spawned without a shell; older clients would run the bare command. */
const ARGUMENTS_SINCE: Version = [2, 1, 139];
/** Hooks that wait in the background and wake the session; an older client would stand still behind one. */
const WAKE_SINCE: Version = [2, 1, 139];
const OLDEST: Version = [2, 0, 0];

export interface ClientAbilities {
  readonly events: readonly HookEventName[];
  readonly hasArguments: boolean;
  readonly hasWake: boolean;
}

/** What a client of this version can be configured with; of an unreadable version, what all of them can. */
export function abilitiesOf(version: string | undefined): ClientAbilities {
  const found = readVersion(version) ?? OLDEST;
  const names = Object.keys(EVENTS_SINCE) as HookEventName[];
  return {
    events: names.filter((name) => isAtLeast(found, EVENTS_SINCE[name])),
    hasArguments: isAtLeast(found, ARGUMENTS_SINCE),
    hasWake: isAtLeast(found, WAKE_SINCE),
  };
}

function readVersion(text = ''): Version | undefined {
  const match = /(\d+)\.(\d+)\.(\d+)/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

function isAtLeast(version: Version, minimum: Version): boolean {
  const different = version.findIndex((part, index) => part !== minimum[index]);
  return different < 0 || (version[different] ?? 0) > (minimum[different] ?? 0);
}
