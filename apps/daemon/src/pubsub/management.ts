import { createHash } from 'node:crypto';
import type { AgentState } from '@orc/contracts';
import type { BusEvent } from '@orc/event-bus';
import {
  crashNotice,
  healthNotice,
  idleNotice,
  recoveryNotice,
  unresponsiveNotice,
  type ManagementNotice,
} from '@orc/pubsub';
import { parsePriority } from '@orc/queue';
import type { Agent, Project } from '@orc/registry';
import type { Notices } from '../messaging/notices.ts';
import { SYSTEM, type Parts } from '../parts.ts';
import type { HealthReader } from '../supervision/health.ts';
import type { Publishing } from './publishing.ts';

interface Deps {
  readonly publishing: Publishing;
  readonly notices: Notices;
  readonly stateOf: (agent: Agent) => AgentState;
  readonly healthOf: HealthReader;
}

const GROUP = 'management';
const MANAGER = 'project-manager';

/**
 * What the management of a team is told without asking: who crashed and came back, who is idle although there
 * is work, who does not answer, and now and then that all is well. Each is published under an id made from
 * what it is about, so that neither a second look nor a second daemon says it again.
 */
export function createManagement(parts: Parts, { publishing, notices, stateOf, healthOf }: Deps) {
  const { registry, pubsub, queue, board, bus, clock, config } = parts;

  const say = (
    about: string,
    project: string,
    notice: ManagementNotice,
    recipients?: readonly string[],
  ): void => {
    const id = idOf('p', about);
    if (pubsub.find(id) !== undefined) return;
    const { text, tags } = notice;
    const priority = parsePriority(notice.priority);
    publishing.publish({ id, project, group: GROUP, priority, tags, text, publisher: SYSTEM, recipients });
  };

  const onCrash = ({ id, agent: name = '' }: BusEvent): void => {
    const agent = registry.findAgent(name);
    if (!agent) return;
    const { hub, tmuxSession } = registry.getProject(agent.project);
    const isManager = agent.role === MANAGER || agent.role === hub;
    const place = `${tmuxSession}:${agent.windowName}`;
    const action = isManager ? 'spawning replacement PM' : 'restarting it';
    const others = publishing.audienceOf(agent.project, GROUP).filter((each) => each !== name);
    say(`crash ${id}`, agent.project, crashNotice(name, { isManager, place, action }), others);
  };

  const onReturn = ({ id, agent: name = '' }: BusEvent): void => {
    const agent = registry.findAgent(name);
    if (agent) say(`return ${id}`, agent.project, recoveryNotice(name));
  };

  const hasWork = ({ id }: Agent): boolean =>
    board.currentFor(id) !== undefined || queue.obligations({ debtor: id, open: true, limit: 1 }).length > 0;

  /** Idle with work: management is told and the agent is asked, once. No answer and still idle: told again. */
  const lookAt = (agent: Agent): void => {
    const { state, since } = stateOf(agent);
    const now = clock.now();
    if (state !== 'idle' || since === null || now - since < config.pubsub.idleMs || !hasWork(agent)) return;
    const episode = `${agent.id} ${since}`;
    const others = publishing.audienceOf(agent.project, GROUP).filter((each) => each !== agent.id);
    say(`idle ${episode}`, agent.project, idleNotice(agent.id, now - since), others);
    const question = idOf('q', episode);
    const text =
      'STATUS REQUEST: you have been idle although you have work. Say what you are doing and what is in the way: orc report <your role> "…" --kind status';
    notices.tell({ id: question, recipient: agent.id, severity: 'warning', text, key: question });
    const askedAt = queue.find(question)?.createdAt;
    if (askedAt === undefined || now - askedAt < config.pubsub.answerMs) return;
    if (healthOf(agent, askedAt).mayRestart)
      say(`unresponsive ${episode}`, agent.project, unresponsiveNotice(agent.id, now - askedAt), others);
  };

  const healthOfTeam = (project: Project) => describeTeam(parts, project, stateOf);

  const subscriptions = [
    bus.subscribe('agent.crashed', onCrash, { name: 'management' }),
    bus.subscribe('agent.relaunched', onReturn, { name: 'management' }),
  ];

  return {
    look(): void {
      const active = registry.listProjects().filter(({ status }) => status === 'active');
      for (const project of active) {
        for (const agent of registry.listAgents({ project: project.slug }))
          if (agent.desired === 'running') lookAt(agent);
        const round = Math.floor(clock.now() / config.pubsub.healthyMs);
        // For the record: nobody has to act on it, so nobody is told.
        say(`health ${project.slug} ${round}`, project.slug, healthOfTeam(project), []);
      }
    },
    /** Says how the team is to somebody who asked. */
    answer(project: string, to: string): void {
      const notice = healthOfTeam(registry.getProject(project));
      say(`answer ${project} ${to} ${clock.now()}`, project, { ...notice, priority: 'high' }, [to]);
    },
    [Symbol.dispose]: () => subscriptions.forEach((each) => each[Symbol.dispose]()),
  };
}

export type Management = ReturnType<typeof createManagement>;

function describeTeam(
  { registry }: Pick<Parts, 'registry'>,
  { slug }: Project,
  stateOf: Deps['stateOf'],
): ManagementNotice {
  const agents = registry.listAgents({ project: slug }).filter(({ desired }) => desired === 'running');
  const states = agents.map((agent) => ({ id: agent.id, state: stateOf(agent).state }));
  const isWell = (state: string) => ['working', 'idle', 'starting', 'limited'].includes(state);
  return healthNotice({
    active: states.filter(({ state }) => isWell(state) && state !== 'idle').length,
    idle: states.filter(({ state }) => state === 'idle').length,
    troubles: states.filter(({ state }) => !isWell(state)).map(({ id, state }) => `${id} ${state}`),
  });
}

/** The same for the same news, whichever daemon tells it. */
function idOf(prefix: string, about: string): string {
  return `${prefix}${createHash('sha256').update(about).digest('hex').slice(0, 10)}`;
}
