import type { Measured } from './measure.ts';

/** One line of the report: a figure of ours, what it is compared with, and the budget for their ratio. */
export interface Row {
  readonly what: string;
  readonly ours: Measured;
  readonly peer: Measured;
  /** `at most`: ours may take so many times the peer's time. `at least`: ours must be so many times faster. */
  readonly budget: { readonly type: 'at most' | 'at least'; readonly ratio: number };
}

/** A figure that nothing is compared with, because what a person waits for is a time and no ratio. */
export interface Limit {
  readonly what: string;
  readonly value: number;
  readonly unit: 'ms' | '%' | 'MB' | 'messages';
  readonly limit: number;
}

/** A peer or a part that is not on this machine; said, and not passed over in silence. */
export interface Missing {
  readonly what: string;
  readonly why: string;
}

export type Line = Row | Limit | Missing;

export function ratioOf({ ours, peer, budget }: Row): number {
  return budget.type === 'at most' ? ours.medianMs / peer.medianMs : peer.medianMs / ours.medianMs;
}

/** A line that says what is missing breaks no budget; a figure that is no number breaks every budget. */
export function isWithinBudget(line: Line): boolean {
  if ('why' in line) return true;
  if ('limit' in line) return line.value <= line.limit;
  const ratio = ratioOf(line);
  return line.budget.type === 'at most' ? ratio <= line.budget.ratio : ratio >= line.budget.ratio;
}

export function formatReport(lines: readonly Line[]): string {
  const rows = [['WHAT', 'OURS', 'PEER', 'NAME OF THE PEER', 'RATIO', 'BUDGET'], ...lines.map(formatLine)];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function formatLine(line: Line): string[] {
  if ('why' in line) return [line.what, '—', '—', line.why, '', 'not measured'];
  const verdict = isWithinBudget(line) ? 'ok' : 'OVER';
  if ('limit' in line) {
    const { what, value, unit, limit } = line;
    return [what, formatValue(value, unit), '', '', '', `≤ ${limit} ${unit} ${verdict}`];
  }
  const { what, ours, peer, budget } = line;
  const sign = budget.type === 'at most' ? '≤' : '≥';
  const ratio = `${ratioOf(line).toFixed(2)}×`;
  const budgetText = `${sign} ${budget.ratio}× ${verdict}`;
  return [
    what,
    formatValue(ours.medianMs, 'ms'),
    formatValue(peer.medianMs, 'ms'),
    peer.name,
    ratio,
    budgetText,
  ];
}

function formatValue(value: number, unit: Limit['unit']): string {
  return `${unit === 'messages' ? value : value.toFixed(2)} ${unit}`;
}
