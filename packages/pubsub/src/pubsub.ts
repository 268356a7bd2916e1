import {
  migrate,
  openDatabase,
  translateSqliteError,
  translatingErrors,
  type Database,
  type OpenDatabaseOptions,
} from '@orc/sqlite';
import { z } from 'zod';
import { errors } from './errors.ts';
import { migrations } from './migrations.ts';
import type {
  Acknowledgement,
  EventSubscription,
  Publication,
  PublicationFilter,
  PublicationInput,
  PubsubStats,
  Subscription,
} from './types.ts';

/**
 * What was said to the groups of every project, who hears them, and who acted on it. A project is a border:
 * nothing is read across it. Of each, the last so many are kept; what was not handed over is never removed.
 */
export interface Pubsub extends Disposable {
  /** @throws ORC_PUBSUB_INVALID, ORC_PUBSUB_ID_TAKEN */
  publish(input: PublicationInput): Publication;
  find(id: string): Publication | undefined;
  /** Oldest first. */
  read(filter: PublicationFilter): Publication[];
  /** All or none. @throws ORC_PUBSUB_UNKNOWN_PUBLICATION, ORC_PUBSUB_INVALID */
  acknowledge(
    ids: readonly string[],
    input: {
      readonly project: string;
      readonly by: string;
      readonly session?: string | null;
      readonly text: string;
    },
  ): Publication[];
  /** Stored and not handed over to everybody yet, oldest first. */
  unsent(): Publication[];
  /** Everybody has it in their mailbox. Repeatable. */
  sent(id: string): void;
  /** @throws ORC_PUBSUB_INVALID */
  subscribe(subscription: Subscription): void;
  subscriptions(project: string): Subscription[];
  /** Repeatable. At most 20 filters for each subscriber. @throws ORC_PUBSUB_INVALID */
  subscribeEvents(subscription: EventSubscription & { readonly isWanted: boolean }): void;
  eventSubscriptions(project: string): EventSubscription[];
  stats(project?: string): PubsubStats;
}

export interface PubsubOptions extends Pick<OpenDatabaseOptions, 'path' | 'busyTimeoutMs'> {
  readonly historyMax?: number;
}

const HISTORY_MAX = 1_000;

/**
 * Opens the groups in a database file that they may share with others.
 *
 * @throws ORC_SQLITE_CANNOT_OPEN, ORC_SQLITE_CORRUPT, ORC_SQLITE_SCHEMA_TOO_NEW, ORC_SQLITE_BUSY
 */
export function openPubsub(
  { historyMax = HISTORY_MAX, ...options }: PubsubOptions,
  { clock = Date }: { readonly clock?: { now(): number } } = {},
): Pubsub {
  const database = openDatabase(options);
  try {
    migrate(database, 'pubsub', migrations);
    const api = {
      ...createPublishing(database, clock, historyMax),
      ...createAcknowledging(database, clock),
      ...createReading(database),
      ...createSubscribing(database),
      ...createEventSubscribing(database),
    };
    return { ...translatingErrors(options.path, api), [Symbol.dispose]: () => database.close() };
  } catch (error) {
    database.close();
    throw translateSqliteError(options.path, error);
  }
}

const name = z.string().min(1).max(200);
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,47}$/, 'a group is 1 to 48 of a-z, 0-9 and -');
// NUL ends a text for many readers.
const words = z
  .string()
  .trim()
  .min(1, 'there is no text')
  .max(65_536, 'the text is over 65 536 characters')
  .refine((text) => !text.includes('\0'), 'the text has a NUL in it');

const inputSchema = z.strictObject({
  id: name,
  project: name,
  group: slug,
  priority: z.int().min(0).max(999),
  tags: z.array(z.string().regex(/^[\w.:-]{1,64}$/, 'a tag is 1 to 64 letters, digits, _ . : -')).max(20),
  text: words,
  publisher: name,
  session: name.nullable(),
  recipients: z.array(name).max(1_000),
});

function check<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw errors.invalid(
    parsed.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')),
  );
}

interface Row {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly project: string;
  readonly topic: string;
  readonly priority: number;
  readonly tags: string;
  readonly body: string;
  readonly publisher: string;
  readonly session: string | null;
  readonly recipients: string;
}

function createPublishing(database: Database, clock: { now(): number }, historyMax: number) {
  const find = createFinding(database);
  const insert = database.prepare(
    `INSERT INTO pubsub_publications (id, at, project, topic, priority, tags, body, publisher, session, recipients)
     VALUES (@id, @at, @project, @topic, @priority, @tags, @body, @publisher, @session, @recipients)`,
  );
  const rotate = database.prepare(
    `DELETE FROM pubsub_publications WHERE project = @project AND sent_at IS NOT NULL AND seq <= (
       SELECT seq FROM pubsub_publications WHERE project = @project ORDER BY seq DESC LIMIT 1 OFFSET @historyMax)`,
  );
  const markSent = database.prepare(
    'UPDATE pubsub_publications SET sent_at = ? WHERE id = ? AND sent_at IS NULL',
  );
  return {
    find,
    publish(given: PublicationInput): Publication {
      const input = check(inputSchema, {
        tags: [],
        session: null,
        ...given,
        recipients: [...given.recipients],
      });
      return database
        .transaction((): Publication => {
          const known = find(input.id);
          if (known) {
            const isSame =
              known.text === input.text && known.project === input.project && known.group === input.group;
            if (!isSame) throw errors.idTaken(input.id);
            return known;
          }
          const { group, text, tags, recipients, ...rest } = input;
          insert.run({
            ...rest,
            at: clock.now(),
            topic: group,
            body: text,
            tags: JSON.stringify(tags),
            recipients: JSON.stringify(recipients),
          });
          rotate.run({ project: input.project, historyMax });
          return find(input.id) as Publication;
        })
        .immediate();
    },
    sent: (id: string): void => void markSent.run(clock.now(), id),
  };
}

function createAcknowledging(database: Database, clock: { now(): number }) {
  const find = createFinding(database);
  const acknowledgeOne = database.prepare(
    'INSERT INTO pubsub_acknowledgements (publication, actor, session, body, at) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    acknowledge(
      ids: readonly string[],
      {
        project,
        by,
        session = null,
        text,
      }: {
        readonly project: string;
        readonly by: string;
        readonly session?: string | null;
        readonly text: string;
      },
    ): Publication[] {
      const said = check(z.strictObject({ ids: z.array(name).min(1), by: name, text: words }), {
        ids: [...ids],
        by,
        text,
      });
      return database
        .transaction(() => {
          const unknown = said.ids.filter((id) => find(id)?.project !== project);
          if (unknown.length > 0) throw errors.unknownPublication(unknown);
          for (const id of new Set(said.ids)) acknowledgeOne.run(id, by, session, said.text, clock.now());
          return said.ids.map((id) => find(id) as Publication);
        })
        .immediate();
    },
  };
}

/** Gives publications with what was said about them. */
function createFinding(database: Database) {
  const byId = database.prepare<[string], Row>('SELECT * FROM pubsub_publications WHERE id = ?');
  const view = createView(database);
  return (id: string): Publication | undefined => {
    const row = byId.get(id);
    return row && view(row);
  };
}

function createView(database: Database) {
  const acknowledgements = database.prepare<[string], Acknowledgement>(
    'SELECT actor AS "by", session, body AS text, at FROM pubsub_acknowledgements WHERE publication = ? ORDER BY seq',
  );
  return ({
    topic,
    body,
    tags,
    recipients,
    seq,
    id,
    at,
    project,
    priority,
    publisher,
    session,
  }: Row): Publication => ({
    seq,
    id,
    at,
    project,
    group: topic,
    priority,
    tags: JSON.parse(tags) as string[],
    text: body,
    publisher,
    session,
    recipients: JSON.parse(recipients) as string[],
    acknowledgements: acknowledgements.all(id),
  });
}

function createReading(database: Database) {
  const view = createView(database);
  const unsent = database.prepare<[], Row>(
    'SELECT * FROM pubsub_publications WHERE sent_at IS NULL ORDER BY seq',
  );
  const last = database.prepare<unknown[], Row>(
    `SELECT * FROM pubsub_publications WHERE project = @project
       AND (@topic IS NULL OR topic = @topic) AND (@publisher IS NULL OR publisher = @publisher)
       AND priority >= @priorityMin AND at >= @since
     ORDER BY seq DESC`,
  );
  const count = database.prepare<unknown[], { stored: number; unsent: number; lastAt: number | null }>(
    `SELECT count(*) AS stored, coalesce(sum(sent_at IS NULL), 0) AS unsent, max(at) AS lastAt
     FROM pubsub_publications WHERE @project IS NULL OR project = @project`,
  );
  const countAcknowledged = database.prepare<unknown[], { acknowledged: number }>(
    `SELECT count(DISTINCT publication) AS acknowledged FROM pubsub_acknowledgements
     JOIN pubsub_publications ON id = publication WHERE @project IS NULL OR project = @project`,
  );
  return {
    unsent: (): Publication[] => unsent.all().map(view),
    read({
      project,
      reader,
      group,
      tag,
      publisher,
      priorityMin = 0,
      since = 0,
      tail,
    }: PublicationFilter): Publication[] {
      const found: Publication[] = [];
      const rows = last.iterate({
        project,
        topic: group ?? null,
        publisher: publisher ?? null,
        priorityMin,
        since,
      });
      for (const row of rows) {
        if (tail !== undefined && found.length >= tail) break;
        const recipients = JSON.parse(row.recipients) as string[];
        const mayRead =
          reader === undefined ||
          row.publisher === reader.name ||
          recipients.includes(reader.name) ||
          reader.groups.includes(row.topic);
        if (!mayRead || (tag !== undefined && !(JSON.parse(row.tags) as string[]).includes(tag))) continue;
        found.push(view(row));
      }
      return found.reverse();
    },
    stats: (project?: string): PubsubStats => {
      const about = { project: project ?? null };
      const { stored = 0, unsent: waiting = 0, lastAt = null } = count.get(about) ?? {};
      return {
        stored,
        unsent: waiting,
        lastAt,
        acknowledged: countAcknowledged.get(about)?.acknowledged ?? 0,
      };
    },
  };
}

function createSubscribing(database: Database) {
  const put = database.prepare('INSERT OR REPLACE INTO pubsub_subscriptions VALUES (?, ?, ?, ?)');
  const all = database.prepare<
    [string],
    { project: string; topic: string; subscriber: string; isWanted: number }
  >(
    `SELECT project, topic, subscriber, is_wanted AS isWanted FROM pubsub_subscriptions
     WHERE project = ? ORDER BY topic, subscriber`,
  );
  const schema = z.strictObject({ project: name, group: slug, subscriber: name, isWanted: z.boolean() });
  return {
    subscribe(subscription: Subscription): void {
      const { project, group, subscriber, isWanted } = check(schema, subscription);
      put.run(project, group, subscriber, isWanted ? 1 : 0);
    },
    subscriptions: (project: string): Subscription[] =>
      all
        .all(project)
        .map(({ topic, isWanted, ...rest }) => ({ ...rest, group: topic, isWanted: isWanted === 1 })),
  };
}

const FILTERS_MAX = 20;

function createEventSubscribing(database: Database) {
  const put = database.prepare('INSERT OR IGNORE INTO pubsub_event_subscriptions VALUES (?, ?, ?)');
  const drop = database.prepare(
    'DELETE FROM pubsub_event_subscriptions WHERE project = ? AND subscriber = ? AND filter = ?',
  );
  const all = database.prepare<[string], EventSubscription>(
    'SELECT * FROM pubsub_event_subscriptions WHERE project = ? ORDER BY subscriber, filter',
  );
  const schema = z.strictObject({
    project: name,
    subscriber: name,
    filter: words.max(4_000),
    isWanted: z.boolean(),
  });
  return {
    subscribeEvents: database.transaction(
      (given: EventSubscription & { readonly isWanted: boolean }): void => {
        const { project, subscriber, filter, isWanted } = check(schema, given);
        if (!isWanted) return void drop.run(project, subscriber, filter);
        put.run(project, subscriber, filter);
        const own = all.all(project).filter((each) => each.subscriber === subscriber);
        if (own.length > FILTERS_MAX)
          throw errors.invalid([`${subscriber} has ${FILTERS_MAX} filters already; end one first`]);
      },
    ),
    eventSubscriptions: (project: string): EventSubscription[] => all.all(project),
  };
}
