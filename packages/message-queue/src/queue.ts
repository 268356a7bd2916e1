import { migrate, openDatabase, type Database } from '@orc/sqlite';
import { parseSettings, type QueueConfigInput, type QueueSettings } from './config.ts';
import { createDelivery } from './delivery.ts';
import { createDependencies } from './dependencies.ts';
import { errors } from './errors.ts';
import { createEvidenceReader } from './evidence.ts';
import { createLeasing } from './lease.ts';
import { createLedger } from './ledger.ts';
import { createListing } from './list.ts';
import { createMessages } from './messages.ts';
import { migrations } from './migrations.ts';
import { createObligations } from './obligations.ts';
import { createOutcomes } from './outcome.ts';
import { createParking } from './parking.ts';
import { createPortability } from './portability.ts';
import { createRequeue } from './requeue.ts';
import { createRetention } from './retention.ts';
import { createSending } from './send.ts';
import { createStatistics } from './statistics.ts';
import { createTransitionLog } from './transitions.ts';
import type { Queue, QueueDeps, SweepResult } from './types.ts';
import { createUntoldLog } from './untold.ts';
import { createWatching } from './watch.ts';

/*
 * The states of a message. Each is a fact, and says what moves the message on.
 *
 * queued    Nobody has it. It is handed out in its turn by `lease`, unless its recipient is parked or it waits for
 *           another message (`isBlocked`). If one of those fails it dies.
 * leased    One worker is about to print it. `inject` says that it did, `release` gives it back; when the lease runs
 *           out it is queued again, with one attempt more.
 * injected  A hook printed it. `accepted` or better evidence stops the clock: the text is in the conversation, and a
 *           second delivery would be a second copy. Without such evidence in time it is queued again, with one attempt
 *           more. `answered` makes it seen. When the session ends first, `requeueUnseen` queues it.
 * seen      A model took its turn with the text in front of it. For every kind but `task` this fulfils the message; a
 *           task is moved on by its outcome. Work that is reported proves as much as a transcript does.
 * done      The work succeeded. Final.
 * failed    The work failed. `retry` queues the message again.
 * dead      It will not be delivered, and `reason` says why: `attempts` were used up, a `dependency` failed, or the words
 *           of whoever cancelled it. `retry` queues it again. Death by attempts is a guess, so proof overturns it.
 *
 * Parked is no state of a message but of its recipient: time stands still, and nothing is counted.
 */

/**
 * Opens the ledger in a file, or `:memory:`, and creates its tables. The directory must exist.
 *
 * @throws ORC_QUEUE_BAD_CONFIG, and the ORC_SQLITE codes for a file that cannot be used
 */
export function openQueue(
  options: { readonly path: string } & QueueConfigInput,
  deps: QueueDeps = {},
): Queue {
  if (typeof options.path !== 'string' || options.path === '')
    throw errors.badConfig(['"path" must name a file']);
  const settings = parseSettings(options);
  const database = openDatabase({ path: options.path, busyTimeoutMs: settings.busyTimeoutMs });
  try {
    return createQueue(database, settings, deps);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The queue on a database that is open already; the queue closes it. */
export function createQueue(database: Database, settings: QueueSettings, deps: QueueDeps = {}): Queue {
  migrate(database, 'queue', migrations);
  const ledger = createLedger(database, settings, deps.clock ?? Date);
  const messages = createMessages(ledger);
  const transitions = createTransitionLog(ledger);
  const untold = createUntoldLog(ledger);
  const obligations = createObligations(ledger, transitions, untold);
  const dependencies = createDependencies(ledger, { messages, transitions, obligations, untold });
  const parts = { messages, transitions, obligations, dependencies };
  const parking = createParking(ledger);
  const requeue = createRequeue(ledger, parts);
  const evidence = createEvidenceReader(ledger, parts);
  const sendAll = createSending(ledger, parts, deps);
  const watching = createWatching(ledger);

  const sweep = (): SweepResult => {
    const now = ledger.now();
    const isDue = ledger.snapshot(
      () => parking.hasDue(now) || requeue.hasOverdue(now) || obligations.hasDue(now),
    );
    if (!isDue) return { expired: [], unproven: [], dead: [], unparked: [], nudged: [], escalated: [] };
    return ledger.write(() => ({
      // First: what was parked until now has its time left.
      unparked: parking.unparkDue(now),
      ...requeue.takeBackOverdue(now),
      ...obligations.report(now),
    }));
  };

  return {
    send: (input) => sendAll([input])[0] as ReturnType<Queue['send']>,
    sendAll,
    ...createLeasing(ledger, { ...parts, parking, requeue }),
    ...createDelivery(ledger, { ...parts, requeue }),
    requeueUnseen: requeue.requeueUnseen,
    advance: evidence.advance,
    ...createOutcomes(ledger, { ...parts, evidence }),
    park: parking.park,
    unpark: parking.unpark,
    parked: parking.list,
    sweep,
    untold: untold.untold,
    told: untold.told,
    find: messages.find,
    get(id) {
      const message = messages.find(id);
      if (!message) throw errors.unknownMessage(id);
      return message;
    },
    list: createListing(ledger),
    history: (id) => ledger.snapshot(() => transitions.listOf(messages.getRow(id).seq)),
    transitions: transitions.list,
    ...createStatistics(ledger),
    obligations: obligations.list,
    remind: obligations.remind,
    watch: watching.watch,
    ...createPortability(ledger, parts),
    prune: createRetention(ledger),
    [Symbol.dispose]() {
      watching[Symbol.dispose]();
      database.close();
    },
  };
}
