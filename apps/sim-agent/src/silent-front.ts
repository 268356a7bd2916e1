import type { Front } from './client.ts';

/** The front of `-p`: nothing is shown but the last answer, and nobody is asked. */
export interface SilentFront extends Front {
  readonly lastAnswer: string;
}

export function createSilentFront(): SilentFront {
  let lastAnswer = '';
  const nothing = () => undefined;
  return {
    get lastAnswer() {
      return lastAnswer;
    },
    showAnswer: (text) => {
      lastAnswer = text;
    },
    setBusy: nothing,
    showPrompt: nothing,
    showTool: nothing,
    endTool: nothing,
    showResult: (text) => {
      lastAnswer ||= text;
    },
    showNotice: nothing,
    showTurnEnd: nothing,
    setActivity: nothing,
    setTokens: nothing,
    setPlaceholder: nothing,
    setWarning: nothing,
    // Without a person a question is a no.
    askPermission: () => Promise.resolve('no'),
    askAfterWeeklyLimit: () => Promise.resolve(),
    restorePrompt: nothing,
    clear: nothing,
    refreshStatusLine: nothing,
    freeze: nothing,
  };
}
