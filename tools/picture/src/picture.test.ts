import { describe, expect, it } from 'vitest';
import { readScreen } from './screen.ts';
import { drawSvg } from './svg.ts';

describe('readScreen', () => {
  it('splits a line where the look changes, and carries the look over to the next line', () => {
    const [first, second] = readScreen('a\u001b[1;31mb\nc\u001b[0md');
    expect(first).toEqual([
      { text: 'a', foreground: null, background: null, isBold: false, isDim: false },
      { text: 'b', foreground: '#ff7b72', background: null, isBold: true, isDim: false },
    ]);
    expect(second?.map(({ text, isBold }) => [text, isBold])).toEqual([
      ['c', true],
      ['d', false],
    ]);
  });

  it('knows the 256 colours and the free ones', () => {
    const colours = readScreen('\u001b[38;5;196ma\u001b[38;5;240mb\u001b[38;2;1;2;3mc').flat();
    expect(colours.map(({ foreground }) => foreground)).toEqual([
      'rgb(255,0,0)',
      'rgb(88,88,88)',
      'rgb(1,2,3)',
    ]);
  });
});

describe('drawSvg', () => {
  it('lets no text of a screen become markup', () => {
    const svg = drawSvg('<t>', readScreen('<script>&"'), 20);
    expect(svg).toContain('&lt;script&gt;&amp;&quot;');
    expect(svg).not.toContain('<script>');
  });
});
