import type { Measured } from './measure.ts';

/** One line of the report: a figure of ours, what it is compared with, and the budget for their ratio. */
export interface Row {
  readonly what: string;
  readonly ours: Measured;
  readonly peer: Measured;
  /** `at most`: ours may take so many times the peer's time. `at least`: ours must be so many times faster. */
  readonly budget: { readonly type: 'at most' | 'at least'; readonly ratio: number };
}

/** A peer or a part that is not on this machine; said, and not passed over in silence. */
export interface Missing {
  readonly what: string;
  readonly why: string;
}

export type Line = Row | Missing;

export function ratioOf({ ours, peer, budget }: Row): number {
  return budget.type === 'at most' ? ours.medianMs / peer.medianMs : peer.medianMs / ours.medianMs;
}

export function isWithinBudget(row: Row): boolean {
  const ratio = ratioOf(row);
  return row.budget.type === 'at most' ? ratio <= row.budget.ratio : ratio >= row.budget.ratio;
}

export function formatReport(lines: readonly Line[]): string {
  const table = lines.map((line) =>
    'why' in line ? [line.what, '—', '—', line.why, '', ''] : formatRow(line),
  );
  const rows = [['WHAT', 'OURS', 'PEER', 'NAME OF THE PEER', 'RATIO', 'BUDGET'], ...table];
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

function formatRow(row: Row): string[] {
  const { what, ours, peer, budget } = row;
  const sign = budget.type === 'at most' ? '≤' : '≥';
  const verdict = isWithinBudget(row) ? 'ok' : 'OVER';
  return [
    what,
    `${ours.medianMs.toFixed(2)} ms`,
    `${peer.medianMs.toFixed(2)} ms`,
    peer.name,
    `${ratioOf(row).toFixed(2)}×`,
    `${sign} ${budget.ratio}× ${verdict}`,
  ];
}
