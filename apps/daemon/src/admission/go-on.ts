import { describeError } from '@orc/errors';
import type { Notices } from '../messaging/notices.ts';
import type { Parts } from '../parts.ts';
import { isSurelySameProcess } from '../supervision/identity.ts';
import type { Launcher } from '../team/launch.ts';
import type { Room } from './room.ts';
import type { StartQueue } from './start-queue.ts';

interface Deps {
  readonly starts: StartQueue;
  readonly admission: Pick<Room, 'decide'>;
  readonly launcher: Launcher;
  readonly notices: Notices;
}

/** Starts those that wait, in their order, as soon as they may be; who was stopped meanwhile waits no more. */
export function createStartsJob(
  { registry, log }: Pick<Parts, 'registry' | 'log'>,
  { starts, admission, launcher, notices }: Deps,
): () => Promise<void> {
  const giveUp = (agentId: string, why: string): void => {
    const agent = registry.updateAgent(agentId, { desired: 'stopped' });
    notices.critical(agent, `${agentId} is not started: ${why}. Try again with: orc agent start ${agentId}`);
  };
  return async () => {
    let isBehind: string | undefined;
    for (const { agentId, reason } of starts.list()) {
      const agent = registry.findAgent(agentId);
      if (agent?.desired !== 'running') {
        starts.remove(agentId);
        continue;
      }
      const verdict = admission.decide(agent, reason);
      const isHeldUp = verdict.verdict === 'queue' || (verdict.verdict === 'start' && isBehind !== undefined);
      // The daemon before may have been killed when it had started it: the launcher finds that out.
      if (isHeldUp && !isSurelySameProcess(agent)) {
        const why = verdict.verdict === 'queue' ? verdict.why : `${isBehind ?? ''} is started before it`;
        starts.explain(agentId, why);
        // A plan belongs to one team; the machine is everybody's, and who came first has it first.
        if (verdict.verdict === 'queue' && verdict.because !== 'plan') isBehind ??= agentId;
        continue;
      }
      try {
        await launcher.launch(agentId, reason);
      } catch (error) {
        log.error({ err: error, agent: agentId }, 'a start that had waited failed');
        giveUp(agentId, describeError(error));
      }
    }
  };
}
