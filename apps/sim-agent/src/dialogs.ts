import type { Key } from './input-decoder.ts';
import type { SettingsProblem } from './settings.ts';

/** A question that takes the keyboard. What is typed while it is open goes to it, Enter included. */
export interface Dialog {
  readonly heading: readonly string[];
  readonly options: readonly string[];
  readonly isNumbered: boolean;
  readonly selected: number;
  readonly footer: string;
  /** Start-up dialogs have the screen for themselves. */
  readonly isAlone: boolean;
}

const confirmFooter = 'Enter to confirm · Esc to cancel';

/** The choice that a key makes: a new selection, the chosen option, or `undefined` when the key means nothing. */
export function answerDialog(
  dialog: Dialog,
  key: Key,
): { readonly selected: number } | { readonly chosen: number } | { readonly isCancelled: true } | undefined {
  const last = dialog.options.length - 1;
  if (key.kind === 'up') return { selected: dialog.selected === 0 ? last : dialog.selected - 1 };
  if (key.kind === 'down') return { selected: dialog.selected === last ? 0 : dialog.selected + 1 };
  if (key.kind === 'enter') return { chosen: dialog.selected };
  if (key.kind === 'escape' || key.kind === 'interrupt') return { isCancelled: true };
  if (key.kind !== 'text' || !dialog.isNumbered) return undefined;
  const digit = [...key.text].find((character) => character >= '1' && character <= String(last + 1));
  return digit === undefined ? undefined : { chosen: Number(digit) - 1 };
}

/** Preselects "No, exit". */
export function trustDialog(cwd: string): Dialog {
  return {
    heading: [
      'Accessing workspace:',
      '',
      cwd,
      '',
      'Quick safety check: Is this a project you created or one you trust? (Like your own code, a well-known open source project, or work from your team). If not, take a moment to review what is in this folder first.',
      '',
      "Claude Code'll be able to read, edit, and execute files here.",
    ],
    options: ['No, exit', 'Yes, I trust this folder'],
    isNumbered: false,
    selected: 0,
    footer: confirmFooter,
    isAlone: true,
  };
}

/** Preselects "No (recommended)". */
export function apiKeyDialog(): Dialog {
  return {
    heading: [
      'Detected a custom API key in your environment',
      '',
      'ANTHROPIC_API_KEY: (simulated)',
      '',
      'Do you want to use this API key?',
    ],
    options: ['Yes', 'No (recommended)'],
    isNumbered: false,
    selected: 1,
    footer: confirmFooter,
    isAlone: true,
  };
}

/** Preselects "No, exit". */
export function bypassDialog(): Dialog {
  return {
    heading: [
      'WARNING: Claude Code running in Bypass Permissions mode',
      '',
      'In Bypass Permissions mode, Claude Code will not ask for your approval before running potentially dangerous commands.',
      'This mode should only be used in a sandboxed container/VM that has restricted internet access and can easily be restored if damaged.',
      '',
      'By proceeding, you accept all responsibility for actions taken while running in Bypass Permissions mode.',
    ],
    options: ['No, exit', 'Yes, I accept'],
    isNumbered: false,
    selected: 0,
    footer: confirmFooter,
    isAlone: true,
  };
}

/** For skipped entries "Continue" is preselected; for a whole file that cannot be read "Fix with Claude" is. */
export function settingsDialog(problem: SettingsProblem): Dialog {
  const lines = problem.lines.map((line) => `└ ${line}`);
  return {
    heading: [
      problem.isWholeFile ? 'Settings Error' : 'Settings Warning',
      '',
      problem.path,
      ...lines,
      '',
      problem.isWholeFile
        ? 'Files with errors are skipped entirely, not just the invalid settings.'
        : 'The values listed above were skipped; the rest of the file is in effect.',
    ],
    options: problem.isWholeFile
      ? ['Fix with Claude', 'Exit and fix manually', 'Continue without these settings']
      : ['Continue', 'Fix with Claude', 'Exit and fix manually'],
    isNumbered: true,
    selected: 0,
    footer: confirmFooter,
    isAlone: true,
  };
}

/** Preselects "Yes", as the client does: a blind Enter allows the call. */
export function permissionDialog(
  call: { readonly tool: string; readonly title: string; readonly detail: string },
  cwd: string,
): Dialog {
  const isBash = call.tool === 'Bash';
  const file = call.title.replace(/^\w+\((.*)\)$/, '$1');
  return {
    heading: [
      isBash ? 'Bash command' : 'Create file',
      isBash ? call.title : file,
      '',
      call.detail,
      '',
      isBash ? 'Do you want to proceed?' : `Do you want to create ${file}?`,
    ],
    options: isBash
      ? ['Yes', `Yes, and don't ask again for this command in ${cwd}`, 'Yes, and switch to auto mode', 'No']
      : ['Yes', 'Yes, and switch to accept edits', 'No'],
    isNumbered: true,
    selected: 0,
    footer: 'Esc to cancel · Tab to amend',
    isAlone: false,
  };
}

export function weeklyLimitDialog(resets: string): Dialog {
  return {
    heading: ['What do you want to do?'],
    options: [
      'Stop and wait for limit to reset',
      `Wait here, then continue automatically at ${resets}`,
      'Upgrade your plan',
    ],
    isNumbered: true,
    selected: 0,
    footer: confirmFooter,
    isAlone: false,
  };
}
