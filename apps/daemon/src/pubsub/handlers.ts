import { operator } from '@orc/contracts';
import { createTokenBucket, type TokenBucket } from '@orc/event-bus';
import { typeOfTags, type Publication } from '@orc/pubsub';
import { describePriority, parsePriority } from '@orc/queue';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import type { Management } from './management.ts';
import type { Publishing } from './publishing.ts';

export type PubsubNames =
  'publish' | 'publications' | 'acknowledge' | 'subscribe' | 'subscriptions' | 'pubsubHealth';

interface Deps {
  readonly targets: Targets;
  readonly publishing: Publishing;
  readonly management: Management;
}

const CRITICAL = 50;
const ACKNOWLEDGMENT = /^acknowledge?ment$/;
const STATUS_REQUEST = 'status-request';

/** Calls about groups: who says what to whom, who reads it, and who acted on it. */
export function createPubsubHandlers(parts: Parts, deps: Deps): HandlersOf<PubsubNames> {
  const { pubsub } = parts;
  const { targets, publishing } = deps;
  const place = createPlaces(parts, targets);

  const readerOf = (name: string, project: string) => ({ name, groups: publishing.groupsOf(name, project) });

  return {
    ...createPublishHandler(parts, deps, place),
    publications: async ({ caller, query }) => {
      const { project, reader } = await place.read(caller, query.session, query.project);
      const found = pubsub.read({
        project,
        ...(reader !== undefined && { reader: readerOf(reader, project) }),
        group: query.group,
        tag: query.tag,
        since: query.since,
        tail: query.tail,
        ...(query.priority !== undefined && { priorityMin: parsePriority(query.priority) }),
      });
      return { project, reader: reader ?? null, publications: found.map(view) };
    },
    acknowledge: async ({ caller, body }) => {
      // A message is named after its publication: p7k2p9q4xd0.1
      const ids = body.ids.map((id) => id.replace(/\.\d+$/, ''));
      const [first = ''] = ids;
      const project = targets.projectOf(caller, body.project ?? pubsub.find(first)?.project);
      const session = await place.of(caller);
      const acknowledged = pubsub.acknowledge(ids, { project, by: caller.name, session, text: body.text });
      for (const { id } of acknowledged)
        parts.bus.publish(
          'publication.acknowledged',
          { publication: id, by: caller.name, text: body.text },
          { source: 'pubsub', project },
        );
      return { publications: acknowledged.map(view) };
    },
    subscribe: async ({ caller, body }) => {
      const subscriber =
        body.subscriber === undefined
          ? caller.name
          : await targets.resolve(body.subscriber, caller, body.project);
      if (caller.type === 'agent' && subscriber !== caller.name)
        throw errors.forbidden('subscribe for another agent');
      const own = subscriber === operator ? body.project : subscriber.split('/')[0];
      const project = targets.projectOf(caller, body.project ?? own);
      pubsub.subscribe({ project, group: body.group, subscriber, isWanted: body.isWanted });
      return { project, subscriber, groups: publishing.groupsOf(subscriber, project) };
    },
    subscriptions: ({ caller, query }) => {
      const project = targets.projectOf(caller, query.project);
      const asked = pubsub.subscriptions(project).map(({ group }) => group);
      const groups = [...new Set([...Object.keys(parts.config.pubsub.groups), ...asked])].sort();
      return {
        project,
        groups: groups.map((group) => ({ group, heardBy: publishing.audienceOf(project, group) })),
      };
    },
    pubsubHealth: ({ caller, query }) => {
      const project =
        caller.type === 'agent' || query.project !== undefined
          ? targets.projectOf(caller, query.project)
          : undefined;
      const stats = pubsub.stats(project);
      return { ...stats, isHealthy: stats.unsent === 0 };
    },
  };
}

function createPublishHandler(
  parts: Parts,
  { targets, publishing, management }: Deps,
  place: Places,
): HandlersOf<'publish'> {
  const { pubsub } = parts;
  const refuseStorm = createStormGuard(parts);
  return {
    publish: async ({ caller, body }) => {
      const project = targets.projectOf(caller, body.project);
      const priority = parsePriority(body.priority ?? 'normal');
      const { group, tags, text } = body;
      refuseStorm(caller, priority);
      const isAcknowledgment = tags.some((tag) => ACKNOWLEDGMENT.test(tag));
      const isForOrc = isAcknowledgment || (group === 'management' && tags.includes(STATUS_REQUEST));
      const session = await place.of(caller);
      const { publication, messages } = publishing.publish({
        project,
        group,
        priority,
        tags,
        text,
        publisher: caller.name,
        session,
        // It is on record for whoever reads; there is nothing that others have to do about it.
        ...(isForOrc && { recipients: [] }),
      });
      if (isAcknowledgment) acknowledgeNamed(parts, publication, session);
      if (tags.includes(STATUS_REQUEST) && isForOrc) management.answer(project, caller.name);
      return { publication: view(pubsub.find(publication.id) ?? publication), messages: [...messages] };
    },
  };
}

/** One publisher cannot bury a group: what is over the limit is refused, and says when there is room again. */
function createStormGuard({ clock, config }: Pick<Parts, 'clock' | 'config'>) {
  const buckets = new Map<string, TokenBucket>();
  const { perMinute } = config.pubsub;
  return (caller: Caller, priority: number): void => {
    if (caller.type === 'operator') return;
    const key = `${caller.name} ${priority >= CRITICAL}`;
    const bucket = buckets.get(key) ?? createTokenBucket({ perMinute, burst: perMinute });
    buckets.set(key, bucket);
    const now = clock.now();
    if (!bucket.take(now)) throw errors.tooManyPublications(perMinute, bucket.readyAt(now) - now);
  };
}

/** Where somebody sits, and what they may look into. */
function createPlaces({ registry, panes }: Parts, targets: Targets) {
  return {
    /** `session:window` of a calling agent, as tmux shows it. */
    async of(caller: Caller): Promise<string | null> {
      const agent = caller.type === 'agent' ? registry.findAgent(caller.name) : undefined;
      if (!agent) return null;
      const pane =
        agent.paneId === null ? undefined : (await panes()).find(({ paneId }) => paneId === agent.paneId);
      return pane
        ? `${pane.sessionName}:${pane.windowIndex}`
        : registry.getProject(agent.project).tmuxSession;
    },
    /** Whose view of which project is read. Without a window the person sees everything. */
    async read(caller: Caller, session: string | undefined, named: string | undefined) {
      const [name = '', window] = (session ?? '').split(/:(?=[^:]*$)/);
      const inSession = registry
        .listProjects()
        .find(({ slug, tmuxSession }) => tmuxSession === name || slug === name);
      if (name !== '' && !inSession && window === undefined)
        throw errors.unknownProject(
          name,
          registry.listProjects().map(({ tmuxSession }) => tmuxSession),
        );
      if (caller.type === 'agent') {
        const project = targets.projectOf(caller, inSession?.slug ?? named);
        return { project, reader: caller.name };
      }
      if (window === undefined || session === undefined)
        return { project: targets.projectOf(caller, inSession?.slug ?? named), reader: undefined };
      const reader = await targets.resolve(session, caller, inSession?.slug ?? named);
      return { project: targets.agent(reader).project, reader };
    },
  };
}

type Places = ReturnType<typeof createPlaces>;

/** A publication that says "acknowledgment" and names others acknowledges those. */
function acknowledgeNamed(
  { pubsub }: Pick<Parts, 'pubsub'>,
  said: Publication,
  session: string | null,
): void {
  const named = [...said.text.matchAll(/\bp[0-9a-z]{10}\b/g)].map(([id]) => id);
  const ids = named.filter((id) => pubsub.find(id)?.project === said.project);
  if (ids.length > 0)
    pubsub.acknowledge(ids, { project: said.project, by: said.publisher, session, text: said.text });
}

function view(publication: Publication) {
  const [, name = 'normal'] = /\((.+)\)/.exec(describePriority(publication.priority)) ?? [];
  return { ...publication, priorityName: name, type: typeOfTags(publication.tags) };
}
