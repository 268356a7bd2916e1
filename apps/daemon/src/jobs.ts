import type { House } from './house.ts';
import type { Parts } from './parts.ts';
import { clockJob } from './supervision/clock-steps.ts';
import { logRotation } from './system/log-files.ts';
import type { Job } from './system/ticker.ts';

/** What the daemon does at its own pace. Reading evidence is cheap and everything waits for it. */
export function jobsOf(parts: Parts, { messaging, team, supervision, capabilities }: House): Job[] {
  const { registry, queue } = parts;
  const { mailbox, channels, consequences, waker, publisher } = messaging;
  const { evidence, witness, lookAtScreens } = supervision;
  const handOutToAll = () =>
    registry
      .listProjects()
      .filter(({ status }) => status === 'active')
      .forEach(({ slug }) => team.handOut(slug));
  const sweep = () => {
    if (evidence.isBehind()) return;
    // A hook that delivered while there was no daemon waits for an hour, since nobody read transcripts.
    queue.expectEvidence();
    channels.swept(queue.sweep());
  };
  return [
    { name: 'evidence', everyMs: 100, run: () => evidence.poll() },
    { name: 'witness', everyMs: 500, run: () => witness.look() },
    { name: 'screens', everyMs: 3_000, run: lookAtScreens },
    { name: 'sweep', everyMs: 1_000, run: sweep },
    { name: 'consequences', everyMs: 1_000, run: () => consequences() },
    { name: 'wake', everyMs: 1_000, run: () => waker.wakeAll() },
    { name: 'publish', everyMs: 1_000, run: () => publisher.publish() },
    clockJob(parts),
    ...supervision.jobs,
    { name: 'hand out', everyMs: 5_000, run: handOutToAll },
    { name: 'prune', everyMs: 3_600_000, run: () => mailbox.prune() },
    logRotation(parts),
    ...Object.values(capabilities).flatMap(({ jobs }) => jobs),
  ];
}
