import { apiKeyDialog, bypassDialog, settingsDialog, trustDialog } from './dialogs.ts';
import type { Basis } from './assemble.ts';
import type { TerminalFront } from './terminal-front.ts';

/**
 * Shows what the client shows before it starts, in its order: trust, settings, API key, bypass warning. Returns
 * false when somebody chose to leave, which is what a blind Enter does in all but the settings warning.
 */
export async function passStartDialogs(
  basis: Pick<Basis, 'settings' | 'faults' | 'options' | 'cwd'>,
  front: Pick<TerminalFront, 'ask'>,
): Promise<boolean> {
  const { settings, faults, options, cwd } = basis;
  if (faults.take('trustDialog') && (await front.ask(trustDialog(cwd))) !== 1) return false;
  for (const problem of settings.problems) {
    const chosen = await front.ask(settingsDialog(problem));
    if (chosen < 0 || chosen === (problem.isWholeFile ? 1 : 2)) return false;
  }
  // "No" to the key goes on without it; only Esc leaves.
  if (faults.take('apiKeyDialog') && (await front.ask(apiKeyDialog())) < 0) return false;
  const isBypassing = options.permissionMode === 'bypassPermissions' && !settings.isBypassAccepted;
  if ((faults.take('bypassDialog') ?? isBypassing) && (await front.ask(bypassDialog())) !== 1) return false;
  return true;
}
