import type { Client } from './client.ts';
import { resumePrompt } from './failure.ts';
import type { TerminalFront } from './terminal-front.ts';
import type { TurnEnd } from './turn.ts';

/** Waits for a usage limit to be reset and then goes on by itself, as the client does. */
export interface LimitWatch {
  onTurnEnd(end: TurnEnd): void;
  /** Esc: nobody goes on by himself any more. Returns false when nothing was being waited for. */
  cancel(): boolean;
}

const dayMs = 86_400_000;

export function createLimitWatch(
  client: Client,
  front: Pick<TerminalFront, 'setWarning' | 'showNotice'>,
): LimitWatch {
  const { faults, clock, hooks, inbox } = client;
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => {
    if (!timer) return false;
    clearTimeout(timer);
    timer = undefined;
    front.setWarning([]);
    return true;
  };
  return {
    cancel,
    onTurnEnd(end) {
      cancel();
      const limit = end === 'failed' ? faults.findLimit(clock.now()) : undefined;
      const leftMs = (limit?.resetsAt ?? 0) - clock.now();
      if (!limit?.doesResume || leftMs >= dayMs) return;
      timer = setTimeout(() => {
        timer = undefined;
        front.setWarning([]);
        front.showNotice('Usage limit reset · Continuing automatically');
        void hooks.run('Notification', {
          message: 'Usage limit reset — Claude is continuing your task',
          notification_type: 'quota_auto_resume_fired',
        });
        inbox.push({ kind: 'resume', text: resumePrompt, shown: '', raw: '' });
      }, leftMs + limit.resumeDelayMs);
    },
  };
}
