import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter, parseOutputLine } from './output-line.ts';

/** As tmux writes it: control bytes and the backslash as three octal digits. */
function escape(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte < 32 || byte === 92 ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte),
  ).join('');
}

describe('a line of output', () => {
  it('gives back every byte of the pane', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const line = parseOutputLine(`%output %7 ${escape(bytes)}`);
        expect(line).toEqual({ paneId: '%7', bytes: Buffer.from(bytes) });
      }),
    );
  });

  it('may carry its age, as it does for a client that was paused', () => {
    const line = parseOutputLine('%extended-output %12 1005 : a\\012');
    expect(line).toEqual({ paneId: '%12', bytes: Buffer.from('a\n') });
  });

  it('is not what a notification or an answer looks like', () => {
    for (const line of ['%window-add @1', '%output', '%output %x y', '%end 1 2 1', 'output %1 a', ''])
      expect(parseOutputLine(line)).toBeUndefined();
  });
});

it('lines are the same however they are cut into chunks', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), (chunks) => {
      const lines: string[] = [];
      const push = createLineSplitter((line) => lines.push(line));
      for (const chunk of chunks) push(Buffer.from(chunk));
      const whole = Buffer.concat(chunks).toString('latin1').split('\n');
      expect(lines).toEqual(whole.slice(0, -1));
    }),
  );
});
