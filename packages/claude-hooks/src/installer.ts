import { errors } from './errors.ts';
import { isOwnEntry } from './own-entry.ts';
import type { AgentSettings, HookGroup } from './settings.ts';

export type Settings = Readonly<Record<string, unknown>>;

export interface HooksStatus {
  /** `outdated`: entries of orc are there, but not the ones that would be installed now. */
  readonly state: 'absent' | 'installed' | 'outdated';
  readonly events: string[];
  /** Entries of others, which orc never touches. */
  readonly foreignHooks: number;
  /** True when the file switches every hook off, orc's included. */
  readonly isDisabled: boolean;
}

type Hooks = Readonly<Record<string, unknown>>;

/*
 * Uninstalling must give back what was there, an empty list or object included, and the only place to
 * remember which one it was is the entry itself. Three spellings of a matcher mean "always":
 *   none   neither the event's list nor any other event was there
 *   `""`   the event's list was there, empty
 *   `"*"`  the hooks object was there, empty
 */
const LIST_WAS_EMPTY = '';
const OBJECT_WAS_EMPTY = '*';
const ALWAYS: readonly unknown[] = [undefined, LIST_WAS_EMPTY, OBJECT_WAS_EMPTY];

/**
 * Adds orc's hooks to settings, beside the user's own and after them. Settings that hold them already come
 * back as they are; entries of an earlier version are replaced.
 *
 * @throws ORC_CLAUDE_HOOKS_BAD_SETTINGS when `existing` has no form in which hooks could be added;
 * ORC_CLAUDE_HOOKS_NOT_RECOGNISABLE when `ours` runs a program that `uninstallHooks` would not find again
 */
export function installHooks(existing: unknown, ours: Pick<AgentSettings, 'hooks'>): Settings {
  const base = uninstallHooks(existing);
  const stranger = Object.values(ours.hooks)
    .flatMap((groups) => groups.flatMap((group) => group.hooks))
    .find((entry) => !isOwnEntry(entry));
  if (stranger) throw errors.notRecognisable(stranger.command);
  if (isCurrent(existing as Settings, ours)) return existing as Settings;
  const hooks = hooksOf(base);
  const merged: Record<string, unknown> = { ...hooks };
  const isObjectEmpty = hooks !== undefined && Object.keys(hooks).length === 0;
  for (const [event, groups] of Object.entries(ours.hooks)) {
    const list = listOf(merged, event);
    if (Object.hasOwn(merged, event) && !list) throw errors.badSettings(`"hooks.${event}" is not a list`);
    const matcher = list?.length === 0 ? LIST_WAS_EMPTY : isObjectEmpty ? OBJECT_WAS_EMPTY : undefined;
    const added = groups.map((group: HookGroup) => (matcher === undefined ? group : { matcher, ...group }));
    merged[event] = [...(list ?? []), ...added];
  }
  return { ...base, hooks: merged };
}

/**
 * Settings without orc's hooks: deeply equal to what they were before `installHooks`.
 *
 * @throws ORC_CLAUDE_HOOKS_BAD_SETTINGS
 */
export function uninstallHooks(existing: unknown): Settings {
  if (!isObject(existing)) throw errors.badSettings('they are not a JSON object');
  const hooks = hooksOf(existing);
  if (hooks === undefined) return existing;
  let isObjectKept = false;
  const rest: [string, unknown][] = [];
  for (const [event, value] of Object.entries(hooks)) {
    const own = (listOf(hooks, event) ?? []).filter(isOwnGroup);
    const others = listOf(hooks, event)
      ?.filter((group) => !isOwnGroup(group))
      .map(withoutOwnEntries);
    isObjectKept ||= own.some((group) => group['matcher'] === OBJECT_WAS_EMPTY);
    const wasThere = own.length === 0 || own.some((group) => group['matcher'] === LIST_WAS_EMPTY);
    if (others === undefined || others.length > 0 || wasThere) rest.push([event, others ?? value]);
  }
  const { hooks: _, ...settings } = existing;
  const isNothingLeft = rest.length === 0 && Object.keys(hooks).length > 0;
  // Spread first: the key keeps its place.
  return isNothingLeft && !isObjectKept ? settings : { ...existing, hooks: Object.fromEntries(rest) };
}

/** What of orc these settings hold; with `ours`, whether it is what would be installed now. */
export function hooksStatus(existing: unknown, ours?: Pick<AgentSettings, 'hooks'>): HooksStatus {
  if (!isObject(existing)) throw errors.badSettings('they are not a JSON object');
  const hooks = hooksOf(existing) ?? {};
  const events: string[] = [];
  let foreignHooks = 0;
  for (const event of Object.keys(hooks)) {
    const entries = (listOf(hooks, event) ?? []).flatMap(entriesOf);
    const own = entries.filter(isOwnEntry).length;
    if (own > 0) events.push(event);
    foreignHooks += entries.length - own;
  }
  const isUpToDate = ours === undefined || isCurrent(existing, ours);
  const state = events.length === 0 ? 'absent' : isUpToDate ? 'installed' : 'outdated';
  return { state, events, foreignHooks, isDisabled: existing['disableAllHooks'] === true };
}

/** True when every event has exactly the entries it should have, wherever they stand among others. */
function isCurrent(existing: Settings, ours: Pick<AgentSettings, 'hooks'>): boolean {
  const hooks = hooksOf(existing) ?? {};
  const wanted: Hooks = ours.hooks;
  const names = new Set([...Object.keys(hooks), ...Object.keys(wanted)]);
  return [...names].every((event) => ownEntries(hooks, event) === ownEntries(wanted, event));
}

function ownEntries(hooks: Hooks, event: string): string {
  const groups = (listOf(hooks, event) ?? []).filter((group) => entriesOf(group).some(isOwnEntry));
  const isEverRun = groups.every((group) => ALWAYS.includes((group as Hooks)['matcher']));
  return isEverRun ? JSON.stringify(groups.flatMap(entriesOf).filter(isOwnEntry)) : 'limited to some';
}

function hooksOf(settings: Settings): Hooks | undefined {
  const hooks = settings['hooks'];
  if (hooks !== undefined && !isObject(hooks)) throw errors.badSettings('"hooks" is not an object');
  return hooks;
}

function listOf(hooks: Hooks, event: string): unknown[] | undefined {
  const list = Object.hasOwn(hooks, event) ? hooks[event] : undefined;
  return Array.isArray(list) ? (list as unknown[]) : undefined;
}

function entriesOf(group: unknown): unknown[] {
  const entries = isObject(group) ? group['hooks'] : undefined;
  return Array.isArray(entries) ? (entries as unknown[]) : [];
}

function isOwnGroup(group: unknown): group is Hooks {
  const entries = entriesOf(group);
  return entries.length > 0 && entries.every(isOwnEntry);
}

/** Somebody may have moved an entry of orc into a group of their own. */
function withoutOwnEntries(group: unknown): unknown {
  const entries = entriesOf(group);
  if (!entries.some(isOwnEntry)) return group;
  return { ...(group as object), hooks: entries.filter((entry) => !isOwnEntry(entry)) };
}

function isObject(value: unknown): value is Hooks {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
