import type { Verdict } from './types.ts';

/** What is known of a target at the moment when it is to be told. */
export interface TargetFacts {
  readonly presence: 'unknown' | 'ended' | 'stopped' | 'limited' | 'present';
  /** When its usage limit ends, where that is known. */
  readonly limitedUntil: number | null;
  /** True while what the schedule said last was not read: saying it again would only pile up. */
  readonly hasUnread: boolean;
}

/**
 * Whether a target is told now. One that is gone for good ends the schedule: nobody else is told in its
 * place. One that cannot read now is passed over.
 */
export function judgeTarget(target: string, { presence, limitedUntil, hasUnread }: TargetFacts): Verdict {
  if (presence === 'unknown') return { action: 'fail', reason: `there is no ${target} any more` };
  if (presence === 'ended') return { action: 'fail', reason: `${target} has ended` };
  if (presence === 'stopped') return { action: 'skip', reason: `${target} does not run` };
  if (presence === 'limited')
    return {
      action: 'skip',
      reason: `the usage limit of ${target} is reached`,
      ...(limitedUntil !== null && { notBefore: limitedUntil }),
    };
  return hasUnread
    ? { action: 'skip', reason: `${target} has not read the last one yet` }
    : { action: 'fire' };
}
