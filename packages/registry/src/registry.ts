import {
  migrate,
  openDatabase,
  translateSqliteError,
  translatingErrors,
  type OpenDatabaseOptions,
} from '@orc/sqlite';
import { createAgents, type Agents } from './agents.ts';
import { createChannels, type Channels } from './channels.ts';
import { createClockSteps, type ClockSteps } from './clock-steps.ts';
import { createFacts, type Facts } from './facts.ts';
import { createHistories, type Histories } from './histories.ts';
import { createMemory } from './memory.ts';
import { migrations } from './migrations.ts';
import { createProjects, type Projects } from './projects.ts';
import type { Clock } from './types.ts';
import { createValues, type Values } from './values.ts';

/**
 * What is known about projects and agents. Every call is one transaction that is in the file when it
 * returns, so whatever was answered survives the end of the process at any moment.
 */
export interface Registry
  extends Projects, Agents, Facts, Histories, Values, Channels, ClockSteps, Disposable {}

export type RegistryOptions = Pick<OpenDatabaseOptions, 'path' | 'busyTimeoutMs'>;

/**
 * Opens the registry in a database file that it may share with others.
 *
 * @throws ORC_SQLITE_CANNOT_OPEN, ORC_SQLITE_CORRUPT, ORC_SQLITE_SCHEMA_TOO_NEW, ORC_SQLITE_BUSY
 */
export function openRegistry(
  options: RegistryOptions,
  { clock = { now: Date.now } }: { readonly clock?: Clock } = {},
): Registry {
  const database = openDatabase(options);
  try {
    migrate(database, 'registry', migrations);
    const remember = createMemory(database);
    const parts = {
      ...createProjects(database, clock),
      ...createAgents(database, clock, remember),
      ...createFacts(database, clock, remember),
      ...createHistories(database),
      ...createValues(database),
      ...createChannels(database),
      ...createClockSteps(database, clock),
    };
    return { ...translatingErrors(options.path, parts), [Symbol.dispose]: () => database.close() };
  } catch (error) {
    database.close();
    throw translateSqliteError(options.path, error);
  }
}
