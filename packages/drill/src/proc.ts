import { readdirSync, readFileSync } from 'node:fs';

/** What a process holds, as the kernel counts it. */
export interface Holdings {
  readonly rssBytes: number;
  readonly handles: number;
}

/** `undefined` when it has ended, or where there is no `/proc`. */
export function readHoldings(pid: number): Holdings | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { rssBytes: Number(kilobytes ?? 0) * 1_024, handles: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return undefined;
  }
}

/** The hooks that run for the agents of one ORC_HOME; waiters are hooks too, and are left out unless asked for. */
export function findHooks(home: string, { waiters = false } = {}): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const words = read(`/proc/${pid}/cmdline`).split('\0');
      const at = words.findIndex((word) => word.endsWith('hook.cjs'));
      if (at < 0 || (!waiters && words[at + 1] === 'wait')) return false;
      return read(`/proc/${pid}/environ`).split('\0').includes(`ORC_HOME=${home}`);
    });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended, or is another user's
  }
}
