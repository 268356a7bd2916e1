import type { Agent } from '@orc/registry';
import { errors } from '../errors.ts';
import { noticeId, type Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import type { LaunchReason } from '../team/opening-message.ts';
import type { Candidate, Room } from './room.ts';
import type { StartQueue } from './start-queue.ts';

export type Admitted =
  | { readonly isAdmitted: true }
  | { readonly isAdmitted: false; readonly why: string; readonly isNew: boolean };

interface Deps {
  readonly room: Pick<Room, 'decide' | 'reserve'>;
  readonly starts: StartQueue;
  readonly notices: Notices;
}

/** Asked before an agent's program is started: it starts, it waits in the queue of starts, or it is refused. */
export function createAdmission(
  { registry, bus }: Pick<Parts, 'registry' | 'bus'>,
  { room, starts, notices }: Deps,
) {
  const about = ({ id, project }: Candidate) => ({ source: 'admission', agent: id, project }) as const;

  /** @throws ORC_DAEMON_NOT_ADMITTED */
  const refuse = (candidate: Candidate, why: string): never => {
    bus.publish('agent.start_refused', { why }, { ...about(candidate), severity: 'warning' });
    throw errors.notAdmitted(candidate.id, why);
  };

  const wait = (agent: Agent, reason: LaunchReason, why: string): Admitted => {
    const isNew = starts.add(agent.id, reason, why);
    // It is wanted, and goes on by itself; whoever stops it meanwhile takes it out again.
    if (agent.desired !== 'running') registry.updateAgent(agent.id, { desired: 'running' });
    if (isNew) bus.publish('agent.start_waits', { reason, why }, { ...about(agent), severity: 'warning' });
    // Each time, under the same id: a daemon that is killed before it has told leaves that to the next.
    notices.tell({
      id: noticeId('start-waits', agent.id, String(starts.of(agent.id)?.since)),
      recipient: notices.hubOf(registry.getProject(agent.project)),
      severity: 'warning',
      text: `${agent.id} waits to be started: ${why}. It is started by itself as soon as it may be.`,
      project: agent.project,
    });
    return { isAdmitted: false, why, isNew };
  };

  return {
    /** Asks before anything is made for an agent that is new. @throws ORC_DAEMON_NOT_ADMITTED */
    refuseAtOnce(candidate: Candidate): void {
      const verdict = room.decide(candidate, 'start');
      if (verdict.verdict === 'refuse') refuse(candidate, verdict.why);
    },
    /**
     * Asks for an agent's program to be started now. What is admitted has its memory kept for it; what waits is
     * started later. A start that is admitted is the next daemon's to make until `settle` is called.
     * @throws ORC_DAEMON_NOT_ADMITTED
     */
    admit(agent: Agent, reason: LaunchReason): Admitted {
      const verdict = room.decide(agent, reason);
      if (verdict.verdict === 'refuse') {
        starts.remove(agent.id);
        return refuse(agent, verdict.why);
      }
      if (verdict.verdict === 'queue') return wait(agent, reason, verdict.why);
      if (starts.begin(agent.id)) bus.publish('agent.start_admitted', { reason }, about(agent));
      room.reserve(agent);
      return { isAdmitted: true };
    },
    /** A start has come to its end, in whichever way. */
    settle: (agentId: string): void => starts.remove(agentId),
  };
}

export type Admission = ReturnType<typeof createAdmission>;
