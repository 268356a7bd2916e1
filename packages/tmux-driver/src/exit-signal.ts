import { constants } from 'node:os';

const names = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** tmux gives a number on most systems and a bare name on others; this gives `SIGKILL`, or `SIG34`. */
export function readSignal(text: string): string | null {
  if (text === '') return null;
  if (/^\d+$/.test(text)) return names.get(Number(text)) ?? `SIG${text}`;
  return text.startsWith('SIG') ? text : `SIG${text.toUpperCase()}`;
}

export function readStatus(text: string): number | null {
  return text === '' ? null : Number(text);
}
