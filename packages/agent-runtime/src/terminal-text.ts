/* eslint-disable no-control-regex -- escape sequences begin with a control character */

/** One character of a screen. A faint one is drawn dim; the cursor is drawn inverse. */
export interface Cell {
  readonly text: string;
  readonly isFaint: boolean;
  readonly isInverse: boolean;
}

const SEQUENCE =
  /\u001b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[()][A-Z0-9]|[@-Z\\-_=>])/g;
const COLOURS = /^\u001b\[([0-9;:]*)m$/;

/** The text of a captured line without its escape sequences. */
export function plainTextOf(line: string): string {
  return line.includes('\u001b') ? line.replaceAll(SEQUENCE, '') : line;
}

/** The characters of a captured line with what its escape sequences say about how they are drawn. */
export function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let isFaint = false;
  let isInverse = false;
  let rest = 0;
  const add = (text: string) => {
    for (const character of text) cells.push({ text: character, isFaint, isInverse });
  };
  for (const match of line.matchAll(SEQUENCE)) {
    add(line.slice(rest, match.index));
    rest = match.index + match[0].length;
    const colours = COLOURS.exec(match[0])?.[1];
    if (colours === undefined) continue;
    for (const code of attributesOf(colours)) {
      if (code === 0) isFaint = isInverse = false;
      else if (code === 2) isFaint = true;
      else if (code === 22) isFaint = false;
      else if (code === 7) isInverse = true;
      else if (code === 27) isInverse = false;
    }
  }
  add(line.slice(rest));
  return cells;
}

/** The attributes of a colour sequence, without the numbers that belong to a colour: `38;5;2` is no `2`. */
function attributesOf(parameters: string): number[] {
  const codes = parameters.split(/[;:]/).map(Number);
  const attributes: number[] = [];
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    if (code === 38 || code === 48 || code === 58) index += codes[index + 1] === 2 ? 4 : 2;
    else attributes.push(code);
  }
  return attributes;
}
