import type { UsageLimits } from './care-config.ts';

/** What a process tree uses at one moment. */
export interface Usage {
  readonly cpuPercent: number | null;
  readonly memoryBytes: number;
}

export interface UsageVerdict {
  /** Since when a limit is exceeded without a break, in ms since 1970; `null` when none is. */
  readonly exceededSince: number | null;
  /** What is exceeded for so long that something has to be done; `null` otherwise. */
  readonly why: string | null;
}

const MEBIBYTE = 1024 * 1024;

/** Compares one reading with the limits; `exceededSince` of the last verdict is given back to the next. */
export function judgeUsage(
  { cpuPercent, memoryBytes }: Usage,
  { exceededSince, now }: { readonly exceededSince: number | null; readonly now: number },
  limits: UsageLimits,
): UsageVerdict {
  const problems = [
    limits.memoryMb !== null &&
      memoryBytes > limits.memoryMb * MEBIBYTE &&
      `it holds ${Math.round(memoryBytes / MEBIBYTE)} MiB of memory and may have ${limits.memoryMb}`,
    limits.cpuPercent !== null &&
      cpuPercent !== null &&
      cpuPercent > limits.cpuPercent &&
      `it uses ${Math.round(cpuPercent)} % of a core and may use ${limits.cpuPercent}`,
  ].filter((problem) => problem !== false);
  if (problems.length === 0) return { exceededSince: null, why: null };
  const since = exceededSince ?? now;
  return { exceededSince: since, why: now - since >= limits.forMs ? problems.join('; ') : null };
}
