import { parse } from 'yaml';
import { z } from 'zod';
import { catalogueSchema, type CatalogueData } from './catalogue-schema.ts';
import { checkReferences } from './catalogue-references.ts';
import { builtIn } from './data/index.ts';
import { errors } from './errors.ts';
import { nameKey } from './names.ts';

type Named<Entry> = Entry & { readonly id: string };
type Entries<Section extends keyof CatalogueData> =
  CatalogueData[Section] extends Record<string, infer Entry> ? Named<Entry> : never;

export type Role = Entries<'roles'>;
export type Template = Entries<'templates'>;
export type Plan = Entries<'plans'>;
export type Size = Entries<'sizes'>;
export type Profile = Entries<'profiles'>;
export type Condition = Entries<'conditions'>;

/** All that the planner knows of roles, teams, plans and project types. Lists keep the order of the data. */
export interface Catalogue extends Omit<
  CatalogueData,
  'roles' | 'templates' | 'plans' | 'sizes' | 'conditions' | 'profiles'
> {
  readonly roles: readonly Role[];
  readonly templates: readonly Template[];
  readonly plans: readonly Plan[];
  /** From the smallest to the largest. */
  readonly sizes: readonly Size[];
  readonly conditions: readonly Condition[];
  readonly profiles: readonly Profile[];
}

export interface Override {
  /** Where the text comes from; errors name it. */
  readonly name: string;
  /** YAML of the shape of the catalogue. Maps are merged, other values replaced, and `null` removes an entry. */
  readonly text: string;
}

/**
 * The built-in catalogue with the overrides laid over it, in their order.
 *
 * @throws ORC_PLANNER_BAD_CATALOGUE when an override is no YAML, has an unknown key or names an unknown role
 */
export function loadCatalogue({
  overrides = [],
}: { readonly overrides?: readonly Override[] } = {}): Catalogue {
  let data: unknown = builtIn;
  let source = 'the built-in data';
  for (const { name, text } of overrides) {
    data = merge(data, readYaml(name, text));
    source = name;
    check(data, source);
  }
  return toCatalogue(check(data, source));
}

/** The role of that id, title or alias, whatever its case and punctuation. */
export function findRole({ roles }: Catalogue, name: string): Role | undefined {
  return findNamed(roles, name);
}

/** @throws ORC_PLANNER_UNKNOWN_ROLE with the nearest name */
export function getRole(catalogue: Catalogue, name: string): Role {
  const role = findRole(catalogue, name);
  if (!role) throw errors.unknownRole(name, idsOf(catalogue.roles));
  return role;
}

/** @throws ORC_PLANNER_UNKNOWN_TEAM_TYPE */
export function getTemplate({ templates }: Catalogue, name: string): Template {
  const template = findNamed(templates, name);
  if (!template) throw errors.unknownTeamType(name, idsOf(templates));
  return template;
}

/** @throws ORC_PLANNER_UNKNOWN_PLAN */
export function getPlan({ plans }: Catalogue, name: string): Plan {
  const plan = findNamed(plans, name);
  if (!plan) throw errors.unknownPlan(name, idsOf(plans));
  return plan;
}

/** @throws ORC_PLANNER_UNKNOWN_SIZE */
export function getSize({ sizes }: Catalogue, name: string): Size {
  const size = sizes.find(({ id }) => nameKey(id) === nameKey(name));
  if (!size) throw errors.unknownSize(name, idsOf(sizes));
  return size;
}

/** @throws ORC_PLANNER_UNKNOWN_PROFILE */
export function getProfile({ profiles }: Catalogue, name: string): Profile {
  const profile = findNamed(profiles, name);
  if (!profile) throw errors.unknownProfile(name, idsOf(profiles));
  return profile;
}

export function findNamed<Entry extends { id: string; title: string; aliases: string[] }>(
  entries: readonly Entry[],
  name: string,
): Entry | undefined {
  const key = nameKey(name);
  if (key === '') return undefined;
  // An id wins over the alias of another entry.
  return (
    entries.find(({ id }) => nameKey(id) === key) ??
    entries.find(({ title, aliases }) => [title, ...aliases].some((each) => nameKey(each) === key))
  );
}

function idsOf(entries: readonly { readonly id: string }[]): string[] {
  return entries.map(({ id }) => id);
}

function readYaml(name: string, text: string): unknown {
  try {
    return parse(text) ?? {};
  } catch (cause) {
    const message = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw errors.badCatalogue(name, [{ path: '', message: `it is no YAML (${message})` }], cause);
  }
}

function check(data: unknown, source: string): CatalogueData {
  const result = catalogueSchema.safeParse(data);
  if (!result.success)
    throw errors.badCatalogue(
      source,
      result.error.issues.map(({ path, message }) => ({ path: z.core.toDotPath(path), message })),
    );
  const issues = checkReferences(result.data);
  if (issues.length > 0) throw errors.badCatalogue(source, issues);
  return result.data;
}

function merge(base: unknown, change: unknown): unknown {
  if (!isMap(base) || !isMap(change)) return change;
  const entries = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(change)) {
    if (value === null) entries.delete(key);
    else entries.set(key, merge(entries.get(key), value));
  }
  // Object.fromEntries defines keys, so a key named __proto__ is an ordinary one that the schema refuses.
  return Object.fromEntries(entries);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toCatalogue(data: CatalogueData): Catalogue {
  return {
    ...data,
    roles: list(data.roles),
    templates: list(data.templates),
    plans: list(data.plans),
    sizes: list(data.sizes),
    conditions: list(data.conditions),
    profiles: list(data.profiles),
  };
}

function list<Entry extends object>(entries: Readonly<Record<string, Entry>>): Named<Entry>[] {
  return Object.entries(entries).map(([id, entry]) => ({ id, ...entry }));
}
