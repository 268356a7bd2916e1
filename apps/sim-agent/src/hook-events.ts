export const hookEvents = [
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PostToolBatch',
  'Notification',
  'UserPromptSubmit',
  'UserPromptExpansion',
  'SessionStart',
  'SessionEnd',
  'Stop',
  'StopFailure',
  'SubagentStart',
  'SubagentStop',
  'PreCompact',
  'PostCompact',
  'PreModelSwitch',
  'PostModelSwitch',
  'PermissionRequest',
  'PermissionDenied',
  'Setup',
  'TeammateIdle',
  'TaskCreated',
  'TaskCompleted',
  'Elicitation',
  'ElicitationResult',
  'ConfigChange',
  'WorktreeCreate',
  'WorktreeRemove',
  'InstructionsLoaded',
  'CwdChanged',
  'FileChanged',
  'DirectoryAdded',
  'MessageDisplay',
] as const;

export type HookEvent = (typeof hookEvents)[number];

/** The key of the event's own input that a matcher is held against; events without one run every hook. */
const matchedKeys: Partial<Record<HookEvent, string>> = {
  PreToolUse: 'tool_name',
  PostToolUse: 'tool_name',
  PostToolUseFailure: 'tool_name',
  PermissionRequest: 'tool_name',
  Notification: 'notification_type',
  SessionStart: 'source',
  SessionEnd: 'reason',
  PreCompact: 'trigger',
  PostCompact: 'trigger',
  SubagentStop: 'agent_type',
  StopFailure: 'error',
  InstructionsLoaded: 'load_reason',
};

/** What a matcher of this event is held against, or `undefined` when the event has no matcher. */
export function findMatchedValue(
  event: HookEvent,
  fields: Readonly<Record<string, unknown>>,
): string | undefined {
  const key = matchedKeys[event];
  const value = key === undefined ? undefined : fields[key];
  return typeof value === 'string' ? value : undefined;
}

/** Omitted, empty or `*`: all. Words, spaces, commas and bars: exact names. Anything else: an unanchored regular expression. */
export function isMatch(matcher: string | undefined, value: string | undefined): boolean {
  if (matcher === undefined || matcher === '' || matcher === '*' || value === undefined) return true;
  if (/^[\w\-|, ]+$/.test(matcher)) return matcher.split(/[|,]/).some((name) => name.trim() === value);
  try {
    return new RegExp(matcher).test(value);
  } catch {
    return false;
  }
}
