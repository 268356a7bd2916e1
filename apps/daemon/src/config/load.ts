import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { errors } from '../errors.ts';
import { findClosest } from './closest.ts';
import { DaemonConfig } from './schema.ts';

/** Where a value came from, for `orc config show --origin`. */
export interface Origin {
  readonly key: string;
  readonly value: unknown;
  readonly origin: string;
}

export interface LoadedConfig {
  readonly config: DaemonConfig;
  readonly origins: readonly Origin[];
}

type Tree = { [key: string]: unknown };

/**
 * Defaults, then `config.yaml`, then `ORC_<SECTION>_<KEY>` of the environment; later ones win.
 *
 * @throws ORC_DAEMON_BAD_CONFIG naming the key, what was found, and the nearest key that exists
 */
export function loadConfig(path: string, environment: NodeJS.ProcessEnv): LoadedConfig {
  const file = readFile(path);
  const leaves = leavesOf(DaemonConfig.parse({}));
  const overrides = fromEnvironment(leaves, environment);
  const merged = structuredClone(file);
  for (const { key, value } of overrides) setAt(merged, key, value);
  const result = DaemonConfig.safeParse(merged);
  if (!result.success) throw errors.badConfig(path, describeIssues(result.error, leaves));
  const origins = leavesOf(result.data).map(({ key, value }) => ({
    key,
    value,
    origin: overrides.some((override) => override.key === key)
      ? variableOf(key)
      : getAt(file, key) === undefined
        ? 'default'
        : path,
  }));
  return { config: result.data, origins };
}

/** The schema that editors and `orc config schema` use. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(DaemonConfig, { io: 'input', unrepresentable: 'any' });
}

function readFile(path: string): Tree {
  if (!existsSync(path)) return {};
  let value: unknown;
  try {
    value = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw errors.badConfig(path, [error instanceof Error ? error.message : String(error)]);
  }
  if (value === null || value === undefined) return {};
  if (!isTree(value)) throw errors.badConfig(path, ['the file must hold keys and values']);
  return value;
}

interface Leaf {
  readonly key: string;
  readonly value: unknown;
}

function leavesOf(tree: Tree, prefix = ''): Leaf[] {
  return Object.entries(tree).flatMap(([name, value]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    return isTree(value) && Object.keys(value).length > 0 ? leavesOf(value, key) : [{ key, value }];
  });
}

/** `delivery.nudgeAfterMs` is `ORC_DELIVERY_NUDGE_AFTER_MS`. */
function variableOf(key: string): string {
  return `ORC_${key
    .replaceAll('.', '_')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase()}`;
}

function fromEnvironment(leaves: readonly Leaf[], environment: NodeJS.ProcessEnv): Leaf[] {
  return leaves.flatMap(({ key, value }) => {
    const text = environment[variableOf(key)];
    if (text === undefined) return [];
    // Text stays text where the default is text; everything else is read as YAML reads it.
    return [{ key, value: typeof value === 'string' ? text : (parse(text) as unknown) }];
  });
}

function describeIssues(error: z.ZodError, leaves: readonly Leaf[]): string[] {
  return error.issues.map((issue) => {
    const at = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return `${at}: ${issue.message}`;
    const known = [
      ...new Set(
        leaves.flatMap(({ key }) => key.split('.').map((_, i, all) => all.slice(0, i + 1).join('.'))),
      ),
    ];
    return issue.keys
      .map((name) => {
        const key = at === '' ? name : `${at}.${name}`;
        const closest = findClosest(key, known);
        return `${key}: there is no such key${closest === undefined ? '' : `, did you mean ${closest}?`}`;
      })
      .join('; ');
  });
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function getAt(tree: Tree, key: string): unknown {
  return key.split('.').reduce<unknown>((value, name) => (isTree(value) ? value[name] : undefined), tree);
}

function setAt(tree: Tree, key: string, value: unknown): void {
  const names = key.split('.');
  const last = names.pop() ?? key;
  let node = tree;
  for (const name of names) {
    const next = node[name];
    const child: Tree = isTree(next) ? next : {};
    node[name] = child;
    node = child;
  }
  node[last] = value;
}
