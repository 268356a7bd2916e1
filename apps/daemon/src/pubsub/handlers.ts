import { operator, type AgentState } from '@orc/contracts';
import { createTokenBucket, parseFilter, type TokenBucket } from '@orc/event-bus';
import { typeOfTags, type Publication } from '@orc/pubsub';
import { describePriority, parsePriority } from '@orc/queue';
import type { Agent } from '@orc/registry';
import { errors } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { HandlersOf } from '../http/handlers.ts';
import type { Targets } from '../messaging/targets.ts';
import type { Parts } from '../parts.ts';
import { untilAborted } from '../system/until-aborted.ts';
import type { Management } from './management.ts';
import type { Publishing } from './publishing.ts';
import { composeTeamUpdate } from './team-update.ts';

export type PubsubNames =
  'publish' | 'publications' | 'acknowledge' | 'subscribe' | 'subscriptions' | 'pubsubHealth' | 'teamUpdate';

interface Deps {
  readonly targets: Targets;
  readonly publishing: Publishing;
  readonly management: Management;
  readonly stateOf: (agent: Agent) => AgentState;
}

const CRITICAL = 50;
const ACKNOWLEDGMENT = /^acknowledge?ment$/;
const STATUS_REQUEST = 'status-request';

/** Calls about groups: who says what to whom, who reads it, and who acted on it. */
export function createPubsubHandlers(parts: Parts, deps: Deps): HandlersOf<PubsubNames> {
  const { pubsub } = parts;
  const { targets } = deps;
  const place = createPlaces(parts, targets);

  const startedAt = parts.clock.now();

  return {
    ...createPublishHandler(parts, deps, place),
    publications: createReading(parts, deps, place),
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
    ...createSubscribing(parts, deps),
    teamUpdate: ({ caller, query }) => {
      const project = parts.registry.getProject(targets.projectOf(caller, query.project));
      const text = composeTeamUpdate(parts, project, { stateOf: deps.stateOf, startedAt, next: query.next });
      return { project: project.slug, text };
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

/** What is stored, and what comes to it for as long as the caller listens. */
function createReading(
  { pubsub, bus }: Parts,
  { publishing }: Deps,
  place: Places,
): HandlersOf<'publications'>['publications'] {
  return async ({ caller, query, progress, signal }) => {
    const { project, reader } = await place.read(caller, query.session, query.project);
    const read = (window: { readonly since?: number | undefined; readonly tail?: number | undefined }) =>
      pubsub.read({
        project,
        ...(reader !== undefined && {
          reader: { name: reader, groups: publishing.groupsOf(reader, project) },
        }),
        group: query.group,
        tag: query.tag,
        ...window,
        ...(query.priority !== undefined && { priorityMin: parsePriority(query.priority) }),
      });
    const found = read({ since: query.since, tail: query.tail });
    const answer = { project, reader: reader ?? null };
    if (query.follow !== true) return { ...answer, publications: found.map(view) };
    const say = (publication: Publication) =>
      progress({ step: 'publication', text: JSON.stringify(view(publication)) });
    found.forEach(say);
    let last = found.at(-1)?.seq ?? 0;
    const more = () => {
      for (const publication of read({ since: query.since }).filter(({ seq }) => seq > last)) {
        last = publication.seq;
        say(publication);
      }
    };
    using _subscription = bus.subscribe('publication.made', more, { name: 'orc read' });
    await untilAborted(signal);
    return { ...answer, publications: [] };
  };
}

/** Who hears which group, and of which events. */
function createSubscribing(
  parts: Parts,
  { targets, publishing }: Deps,
): HandlersOf<'subscribe' | 'subscriptions'> {
  const { pubsub } = parts;
  const filtersOf = (subscriber: string, project: string) =>
    pubsub.eventSubscriptions(project).filter((each) => each.subscriber === subscriber);
  return {
    subscribe: async ({ caller, body }) => {
      const { group, events, isWanted } = body;
      if ((group === undefined) === (events === undefined))
        throw errors.badRequest(['say a group, or a filter of events']);
      const subscriber =
        body.subscriber === undefined
          ? caller.name
          : await targets.resolve(body.subscriber, caller, body.project);
      if (caller.type === 'agent' && subscriber !== caller.name)
        throw errors.forbidden('subscribe for another agent');
      const own = subscriber === operator ? body.project : subscriber.split('/')[0];
      const project = targets.projectOf(caller, body.project ?? own);
      if (group !== undefined) pubsub.subscribe({ project, group, subscriber, isWanted });
      if (events !== undefined) {
        // A filter that cannot be read is refused with its place; one that is there can always be ended.
        if (isWanted) parseFilter(events);
        pubsub.subscribeEvents({ project, subscriber, filter: events, isWanted });
      }
      return {
        project,
        subscriber,
        groups: publishing.groupsOf(subscriber, project),
        events: filtersOf(subscriber, project).map(({ filter }) => filter),
      };
    },
    subscriptions: ({ caller, query }) => {
      const project = targets.projectOf(caller, query.project);
      const asked = pubsub.subscriptions(project).map(({ group }) => group);
      const groups = [...new Set([...Object.keys(parts.config.pubsub.groups), ...asked])].sort();
      return {
        project,
        groups: groups.map((group) => ({ group, heardBy: publishing.audienceOf(project, group) })),
        events: pubsub.eventSubscriptions(project).map(({ subscriber, filter }) => ({ subscriber, filter })),
      };
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
