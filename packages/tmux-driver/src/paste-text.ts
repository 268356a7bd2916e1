import { errors } from './errors.ts';
import { hasLoneSurrogate } from './quoting.ts';

// ESC and all other control characters but TAB and LF. Without ESC and U+009B no end marker of a bracketed
// paste can stand in the text, and nothing after it can become a key press.
// eslint-disable-next-line no-control-regex -- control characters are the subject
const forbidden = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * The text as it may be pasted: line ends are LF, and control characters are left out.
 *
 * @throws ORC_TMUX_BAD_TEXT for NUL, for half characters, and when nothing is left
 */
export function filterPasteText(text: string): string {
  if (text.includes('\0')) throw errors.badText('it holds a NUL character');
  if (hasLoneSurrogate(text)) throw errors.badText('it holds half a character (a lone surrogate)');
  const filtered = text.replace(/\r\n?/g, '\n').replace(forbidden, '');
  if (filtered === '') throw errors.badText('nothing is left of it without its control characters');
  return filtered;
}
