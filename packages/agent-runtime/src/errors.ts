import { OrcError } from '@orc/errors';

export const errors = {
  notInstalled: (title: string, program: string, waysOn: string, cause: unknown) =>
    new OrcError(
      'ORC_RUNTIME_NOT_INSTALLED',
      `${title} was not found: there is no program "${program}". ${waysOn}`,
      { program },
      { cause },
    ),
  broken: (title: string, program: string, problem: string, cause?: unknown) =>
    new OrcError(
      'ORC_RUNTIME_BROKEN',
      `${title} is there, but "${program} --version" does not work: ${problem}. Run it by hand, or install it anew.`,
      { program, problem },
      { cause },
    ),
  badLaunch: (agentId: string, problem: string) =>
    new OrcError(
      'ORC_RUNTIME_BAD_LAUNCH',
      `${agentId} cannot be launched: ${problem}. Nothing was started.`,
      {
        agentId,
        problem,
      },
    ),
  bypassRefused: (agentId: string) =>
    new OrcError(
      'ORC_RUNTIME_BYPASS_REFUSED',
      `${agentId} cannot skip permissions: as root the client refuses to, unless IS_SANDBOX=1 says that this machine is a sandbox. Run as another user, or choose another permission mode.`,
      { agentId },
    ),
  configBroken: (path: string, cause?: unknown) =>
    new OrcError(
      'ORC_RUNTIME_CONFIG_BROKEN',
      `${path} is no JSON object, so it was left as it is. Repair it, or move it away and start the client once.`,
      { path },
      { cause },
    ),
  configBusy: (path: string, waitedMs: number) =>
    new OrcError(
      'ORC_RUNTIME_CONFIG_BUSY',
      `${path} stayed locked by a client for ${waitedMs} ms. Nothing was written; try again.`,
      { path, waitedMs },
    ),
  configLost: (path: string, attempts: number) =>
    new OrcError(
      'ORC_RUNTIME_CONFIG_LOST',
      `What was written into ${path} was overwritten ${attempts} times by another program. Close other clients, then try again.`,
      { path, attempts },
    ),
  configUnwritable: (path: string, cause: unknown) =>
    new OrcError(
      'ORC_RUNTIME_CONFIG_UNWRITABLE',
      `${path} cannot be written. Check its owner, its permissions and the disk's free space.`,
      { path },
      { cause },
    ),
} as const;
