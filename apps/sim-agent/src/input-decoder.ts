import { StringDecoder } from 'node:string_decoder';

export type Key =
  | { readonly kind: 'text'; readonly text: string }
  /** A bracketed paste; its line ends are newlines and its tabs four spaces. */
  | { readonly kind: 'paste'; readonly text: string }
  | {
      readonly kind:
        | 'enter'
        | 'newline'
        | 'escape'
        | 'backspace'
        | 'clearRow'
        | 'interrupt'
        | 'endOfInput'
        | 'up'
        | 'down'
        | 'shiftTab';
    };

/** Turns the bytes of a raw terminal into keys. Pieces may be cut anywhere. */
export interface InputDecoder {
  push(bytes: Buffer): Key[];
  /** True while the last byte was an Esc that may begin a sequence. */
  readonly isPending: boolean;
  /** Nothing followed in time: the Esc was the key. */
  flush(): Key[];
}

const pasteStart = '\u001b[200~';
const pasteEnd = '\u001b[201~';
/* eslint-disable no-control-regex -- control characters are what is decoded here */
const sequence = /^\u001b(?:\[[0-?]*[ -/]*[@-~]|O[@-~])/;
const unfinished = /^\u001b(?:\[[0-?]*[ -/]*|O)?$/;
const plain = /^[^\u0000-\u001f\u007f]+/;
/* eslint-enable no-control-regex */

const sequences: Readonly<Record<string, Key>> = {
  '\u001b[A': { kind: 'up' },
  '\u001bOA': { kind: 'up' },
  '\u001b[B': { kind: 'down' },
  '\u001bOB': { kind: 'down' },
  '\u001b[Z': { kind: 'shiftTab' },
  '\u001b\r': { kind: 'newline' },
};

const controls: Readonly<Record<string, Key>> = {
  '\r': { kind: 'enter' },
  '\n': { kind: 'newline' },
  '\u007f': { kind: 'backspace' },
  '\b': { kind: 'backspace' },
  '\u0015': { kind: 'clearRow' },
  '\u0003': { kind: 'interrupt' },
  '\u0004': { kind: 'endOfInput' },
};

export function createInputDecoder(): InputDecoder {
  const decoder = new StringDecoder('utf8');
  let buffer = '';
  let isPasting = false;
  const takePaste = (): Key | undefined => {
    const end = buffer.indexOf(pasteEnd);
    if (end < 0) return undefined;
    const text = buffer.slice(0, end).replace(/\r\n?/g, '\n').replaceAll('\t', '    ');
    buffer = buffer.slice(end + pasteEnd.length);
    isPasting = false;
    return { kind: 'paste', text };
  };
  /** The next key of the buffer, `null` for something without a meaning, `undefined` when more must come. */
  const takeKey = (): Key | null | undefined => {
    if (isPasting) return takePaste();
    if (buffer === '') return undefined;
    if (buffer.startsWith(pasteStart)) {
      buffer = buffer.slice(pasteStart.length);
      isPasting = true;
      return null;
    }
    if (unfinished.test(buffer)) return undefined;
    // Alt with a letter is taken out whole, so that the letter is not typed.
    const alt = buffer.startsWith('\u001b\u001b') ? undefined : buffer.slice(0, 2);
    const taken = buffer.startsWith('\u001b') ? (sequence.exec(buffer)?.[0] ?? alt) : plain.exec(buffer)?.[0];
    const text = taken ?? buffer.slice(0, 1);
    buffer = buffer.slice(text.length);
    if (text === '\u001b') return { kind: 'escape' };
    if (text.startsWith('\u001b')) return sequences[text] ?? null;
    return taken === undefined ? (controls[text] ?? null) : { kind: 'text', text };
  };
  const takeAll = (): Key[] => {
    const keys: Key[] = [];
    for (let key = takeKey(); key !== undefined; key = takeKey()) if (key) keys.push(key);
    return keys;
  };
  return {
    push(bytes) {
      buffer += decoder.write(bytes);
      return takeAll();
    },
    get isPending() {
      return !isPasting && unfinished.test(buffer);
    },
    flush() {
      if (isPasting || !unfinished.test(buffer)) return [];
      buffer = buffer.slice(1);
      return [{ kind: 'escape' }, ...takeAll()];
    },
  };
}
