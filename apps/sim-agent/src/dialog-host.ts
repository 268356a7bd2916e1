import { answerDialog, type Dialog } from './dialogs.ts';
import type { Key } from './input-decoder.ts';
import type { ScreenState } from './screen-state.ts';

/** Shows one dialog at a time and gives it the keyboard. */
export interface DialogHost {
  /** Resolves with the option that was chosen, or -1 for Esc. */
  ask(dialog: Dialog): Promise<number>;
  /** True when an open dialog took the key. */
  takeKey(key: Key): boolean;
  /** As Esc; no dialog is no error. */
  cancel(): void;
}

export function createDialogHost(state: Pick<ScreenState, 'facts' | 'change'>): DialogHost {
  let choose: ((option: number) => void) | undefined;
  return {
    ask(dialog) {
      state.change({ dialog });
      return new Promise((resolve) => {
        choose = (option) => {
          choose = undefined;
          state.change({ dialog: undefined });
          resolve(option);
        };
      });
    },
    takeKey(key) {
      const { dialog } = state.facts;
      if (!dialog) return false;
      const answer = answerDialog(dialog, key);
      if (answer && 'selected' in answer) state.change({ dialog: { ...dialog, selected: answer.selected } });
      if (answer && 'chosen' in answer) choose?.(answer.chosen);
      if (answer && 'isCancelled' in answer) choose?.(-1);
      return true;
    },
    cancel: () => choose?.(-1),
  };
}
