/**
 * A line of a JSONL file: its value, or why it has none. Lines count from 1; where a file is read from its
 * end they count from -1, the last one, downwards.
 */
export type JsonlLine =
  | { readonly line: number; readonly ok: true; readonly value: unknown }
  | { readonly line: number; readonly ok: false; readonly text: string };

export interface LineCollector {
  /** The lines that end in these bytes, all to be taken. The rest is kept until its newline comes. */
  add(bytes: Buffer): Generator<JsonlLine>;
  /** The last line of a file that ends without a newline. */
  end(): Generator<JsonlLine>;
}

export const NEWLINE = 10;
/** No record is that long. A file without any line end would fill the memory. */
const LINE_BYTES_MAX = 64 * 1024 * 1024;
const TOO_LONG = 'a line of more than 64 MiB, which was left out';

/** Puts the lines of a file together from the pieces in which it is read. */
export function createLineCollector(): LineCollector {
  let line = 0;
  let pieces: Buffer[] = [];
  let size = 0;
  const keep = (piece: Buffer): void => {
    size += piece.length;
    if (size > LINE_BYTES_MAX) pieces = [];
    else pieces.push(piece);
  };
  function* finish(): Generator<JsonlLine> {
    const isTooLong = size > LINE_BYTES_MAX;
    const text = Buffer.concat(pieces).toString('utf8');
    pieces = [];
    size = 0;
    line += 1;
    if (isTooLong) yield { line, ok: false, text: TOO_LONG };
    else if (text !== '') yield parseLine(text, line);
  }
  return {
    *add(bytes) {
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        keep(bytes.subarray(start, end));
        yield* finish();
        start = end + 1;
      }
      // Copied, because a few bytes must not keep all of what they were read with.
      if (start < bytes.length) keep(Buffer.from(bytes.subarray(start)));
    },
    end: finish,
  };
}

export function parseLine(text: string, line: number): JsonlLine {
  try {
    return { line, ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { line, ok: false, text };
  }
}
