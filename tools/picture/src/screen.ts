/** Characters in a row that look alike. Colours are CSS colours; `null` is the terminal's own. */
export interface Run {
  readonly text: string;
  readonly foreground: string | null;
  readonly background: string | null;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

type Style = Omit<Run, 'text'>;

const ESCAPE = '\u001b[';
const SEQUENCE = new RegExp(`(${String.fromCharCode(27)}\\[[0-9;]*m)`);
const PLAIN: Style = { foreground: null, background: null, isBold: false, isDim: false };
const SIXTEEN = [
  '#484f58',
  '#ff7b72',
  '#3fb950',
  '#d29922',
  '#58a6ff',
  '#bc8cff',
  '#39c5cf',
  '#b1bac4',
  '#6e7681',
  '#ffa198',
  '#56d364',
  '#e3b341',
  '#79c0ff',
  '#d2a8ff',
  '#56d4dd',
  '#f0f6fc',
];

/** Reads a captured screen (text with SGR sequences, as `tmux capture-pane -e` prints it), line by line. */
export function readScreen(captured: string): Run[][] {
  let style = PLAIN;
  return captured.split('\n').map((line) => {
    const runs: Run[] = [];
    for (const part of line.split(SEQUENCE)) {
      const codes = part.startsWith(ESCAPE) ? part.slice(2, -1) : undefined;
      if (codes !== undefined) style = applyCodes(style, codes === '' ? [0] : codes.split(';').map(Number));
      else if (part !== '') runs.push({ text: part, ...style });
    }
    return runs;
  });
}

function applyCodes(start: Style, codes: readonly number[]): Style {
  let style = start;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    if (code === 0) style = PLAIN;
    else if (code === 1) style = { ...style, isBold: true };
    else if (code === 2) style = { ...style, isDim: true };
    else if (code === 22) style = { ...style, isBold: false, isDim: false };
    else if (code === 39) style = { ...style, foreground: null };
    else if (code === 49) style = { ...style, background: null };
    else if (code === 38 || code === 48) {
      const { colour, used } = readColour(codes.slice(index + 1));
      style = code === 38 ? { ...style, foreground: colour } : { ...style, background: colour };
      index += used;
    } else style = applyNamed(style, code);
  }
  return style;
}

function applyNamed(style: Style, code: number): Style {
  const pick = (from: number, bright: number) => SIXTEEN[code - from + bright] ?? null;
  if (code >= 30 && code <= 37) return { ...style, foreground: pick(30, 0) };
  if (code >= 90 && code <= 97) return { ...style, foreground: pick(90, 8) };
  if (code >= 40 && code <= 47) return { ...style, background: pick(40, 0) };
  if (code >= 100 && code <= 107) return { ...style, background: pick(100, 8) };
  return style;
}

/** `5;n` is one of 256 colours, `2;r;g;b` is any. */
function readColour(codes: readonly number[]): { colour: string | null; used: number } {
  const [kind, first = 0, second = 0, third = 0] = codes;
  if (kind === 2) return { colour: `rgb(${first},${second},${third})`, used: 4 };
  if (kind !== 5) return { colour: null, used: 0 };
  if (first < 16) return { colour: SIXTEEN[first] ?? null, used: 2 };
  if (first >= 232) return { colour: grey(8 + (first - 232) * 10), used: 2 };
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const cube = first - 16;
  return {
    colour: `rgb(${level(Math.floor(cube / 36))},${level(Math.floor(cube / 6) % 6)},${level(cube % 6)})`,
    used: 2,
  };
}

function grey(level: number): string {
  return `rgb(${level},${level},${level})`;
}
