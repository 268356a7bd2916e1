import type { Frame } from './screen.ts';

/** The alternate screen of a terminal in raw mode. */
export interface TerminalScreen {
  readonly size: { readonly columns: number; readonly rows: number };
  /** Writes only the rows that changed. */
  show(frame: Frame): void;
  setTitle(title: string): void;
  /** Gives the terminal back as it was, if it is still there. */
  restore(): void;
}

const enter = '\u001b[?1049h\u001b[?2004h\u001b[2J';
const leave = '\u001b[?2004l\u001b[?25h\u001b[?1049l';

export function openTerminalScreen(
  streams: { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream },
  onInput: (bytes: Buffer) => void,
  events: { readonly onResize: () => void; readonly onHangup: () => void },
): TerminalScreen {
  const { input, output } = streams;
  let shown: readonly string[] = [];
  let title = '';
  // The pane may be gone before the process is: what cannot be written then does not matter.
  output.on('error', events.onHangup);
  input.on('error', events.onHangup);
  input.on('end', events.onHangup);
  input.setRawMode(true);
  input.on('data', onInput);
  output.write(enter);
  output.on('resize', () => {
    shown = [];
    output.write('\u001b[2J');
    events.onResize();
  });
  return {
    get size() {
      return { columns: output.columns || 80, rows: output.rows || 24 };
    },
    show(frame) {
      let text = '';
      for (const [index, row] of frame.rows.entries())
        if (row !== shown[index]) text += `\u001b[${index + 1};1H${row}\u001b[K`;
      shown = frame.rows;
      output.write(`\u001b[?25l${text}\u001b[${frame.cursor.row + 1};${frame.cursor.column + 1}H\u001b[?25h`);
    },
    setTitle(next) {
      if (next === title) return;
      title = next;
      output.write(`\u001b]0;${next}\u0007`);
    },
    restore() {
      try {
        output.write(leave);
        input.setRawMode(false);
      } catch {
        // The terminal went first.
      }
    },
  };
}
