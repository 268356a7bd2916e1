import { widthOf } from './text-width.ts';

/** The input box. A large paste stands in it as one placeholder and is expanded when it is submitted. */
export interface Editor {
  insert(text: string): void;
  paste(text: string): void;
  backspace(): void;
  /** Removes the last visible row only, as Ctrl-U does. */
  clearRow(columns: number): void;
  clear(): void;
  /** What the box shows, one entry per row. */
  rows(columns: number): string[];
  readonly isEmpty: boolean;
  readonly hasPlaceholder: boolean;
  /** What is shown and what the model gets. */
  readonly content: { readonly shown: string; readonly text: string };
}

interface Atom {
  readonly shown: string;
  readonly text: string;
}

const pasteLinesMax = 3;
const pasteCharactersMax = 1_000;

export function createEditor(deps: { readonly newPasteId: () => string }): Editor {
  let atoms: Atom[] = [];
  let pastes = 0;
  const insert = (text: string) => {
    for (const character of text) atoms.push({ shown: character, text: character });
  };
  const layOut = (columns: number): Atom[][] => {
    const rows: Atom[][] = [[]];
    let width = 0;
    for (const atom of atoms) {
      const isBreak = atom.shown === '\n';
      if (!isBreak && width + widthOf(atom.shown) > columns && width > 0) {
        rows.push([]);
        width = 0;
      }
      rows.at(-1)?.push(atom);
      width += widthOf(atom.shown);
      if (isBreak) {
        rows.push([]);
        width = 0;
      }
    }
    return rows;
  };
  return {
    insert,
    paste(text) {
      const newlines = text.split('\n').length - 1;
      if (newlines < pasteLinesMax && text.length < pasteCharactersMax) {
        insert(text);
        return;
      }
      pastes += 1;
      const id = deps.newPasteId();
      atoms.push({
        shown: `[Pasted text #${pastes}${newlines === 0 ? '' : ` +${newlines} lines`}]`,
        text: `\n\n<pasted_content id="${id}">\n${text}\n</pasted_content id="${id}">\n`,
      });
    },
    backspace: () => void atoms.pop(),
    clearRow(columns) {
      const rows = layOut(columns);
      const last = rows.pop() ?? [];
      atoms = rows.flat();
      // On an empty row the line break before it goes.
      if (last.length === 0) atoms.pop();
    },
    clear() {
      atoms = [];
    },
    rows: (columns) =>
      layOut(columns).map((row) =>
        row
          .map(({ shown }) => shown)
          .join('')
          .replace(/\n$/, ''),
      ),
    get isEmpty() {
      return atoms.length === 0;
    },
    get hasPlaceholder() {
      return atoms.some(({ shown }) => shown.length > 2);
    },
    get content() {
      return {
        shown: atoms.map(({ shown }) => shown).join(''),
        text: atoms.map(({ text }) => text).join(''),
      };
    },
  };
}
