import { errors } from './errors.ts';

const keys: ReadonlySet<string> = new Set([
  ...['Enter', 'Escape', 'Tab', 'BSpace', 'Space', 'Up', 'Down', 'Left', 'Right', 'M-Enter'],
  ...[...'abcdefghijklmnopqrstuvwxyz'].map((letter) => `C-${letter}`),
]);

/** tmux types the name of a key it does not know as text, so only known ones pass. @throws ORC_TMUX_BAD_KEY */
export function parseKey(key: string): string {
  if (!keys.has(key)) throw errors.badKey(key);
  return key;
}
