import type { Run } from './screen.ts';

const CELL_WIDTH = 8.4;
const LINE_HEIGHT = 18;
const PADDING = 16;
const TITLE_HEIGHT = 34;
const FOREGROUND = '#c9d1d9';
const BACKGROUND = '#0d1117';

/** Draws a screen of so many columns as an SVG that needs nothing from outside. */
export function drawSvg(title: string, lines: readonly (readonly Run[])[], columns: number): string {
  const width = Math.ceil(columns * CELL_WIDTH + 2 * PADDING);
  const height = lines.length * LINE_HEIGHT + TITLE_HEIGHT + 2 * PADDING;
  const body = lines.flatMap((runs, row) => drawLine(runs, TITLE_HEIGHT + PADDING + row * LINE_HEIGHT));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">`,
    `<rect width="${width}" height="${height}" rx="10" fill="${BACKGROUND}" stroke="#30363d"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (fill, index) => `<circle cx="${20 + index * 20}" cy="18" r="6" fill="${fill}"/>`,
    ),
    `<text x="${width / 2}" y="23" text-anchor="middle" fill="#8b949e" font-family="system-ui, sans-serif" font-size="13">${escape(title)}</text>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">`,
    ...body,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function drawLine(runs: readonly Run[], top: number): string[] {
  const drawn: string[] = [];
  let column = 0;
  for (const run of runs) {
    const cells = [...run.text].length;
    const x = PADDING + column * CELL_WIDTH;
    column += cells;
    const width = cells * CELL_WIDTH;
    if (run.background !== null)
      drawn.push(
        `<rect x="${x.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${LINE_HEIGHT}" fill="${run.background}"/>`,
      );
    if (run.text.trim() === '') continue;
    const look = `${run.isBold ? ' font-weight="bold"' : ''}${run.isDim ? ' opacity="0.6"' : ''}`;
    drawn.push(
      `<text x="${x.toFixed(1)}" y="${top + 13}" textLength="${width.toFixed(1)}" fill="${run.foreground ?? FOREGROUND}"${look}>${escape(run.text)}</text>`,
    );
  }
  return drawn;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
