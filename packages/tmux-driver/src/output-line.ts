/** One line by which a control client is told what a pane printed. */
export interface OutputLine {
  readonly paneId: string;
  readonly bytes: Buffer;
}

const outputPattern = /^%(?:output (%\d+) |extended-output (%\d+) \d+ (?:[^:]* )?: )/;

/**
 * Reads `%output %7 text` and `%extended-output %7 12 : text`; `undefined` for any other line. The line is in
 * latin1, one character for each byte; bytes below 32 and the backslash stand as `\ooo` in it.
 */
export function parseOutputLine(line: string): OutputLine | undefined {
  const match = outputPattern.exec(line);
  const paneId = match?.[1] ?? match?.[2];
  if (!match || paneId === undefined) return undefined;
  const text = line
    .slice(match[0].length)
    .replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return { paneId, bytes: Buffer.from(text, 'latin1') };
}

/** Cuts chunks into lines, kept in latin1 so that no byte is lost or joined. */
export function createLineSplitter(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
