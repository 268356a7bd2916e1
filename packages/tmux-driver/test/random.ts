/** The same numbers in each run: from 0 up to, and without, the limit. */
export function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const pieces = [
  ...[
    '"',
    "'",
    '\\',
    ';',
    ' ;',
    '\\;',
    '$HOME',
    '${HOME}',
    '#{pane_id}',
    '#S',
    '##',
    '#[',
    '~',
    '%7',
    '%end 1 2 1',
  ],
  ...[
    '{',
    '}',
    '`id`',
    '$(id)',
    '\t',
    '\n',
    '\r',
    '-',
    '--',
    '=',
    '*',
    '?',
    '!',
    '|',
    '&',
    '<',
    '>',
    ' ',
    '',
  ],
  ...[
    '\x1b[201~',
    '\x7f',
    '\x01',
    'é',
    'ß',
    '漢字',
    '👩‍👩‍👧',
    'a\u0301',
    '\u2028',
    '\\n',
    '\\101',
    '\\u00e9',
    'Enter',
    'C-c',
  ],
];

/** A text of up to twelve pieces that some program or other reads as syntax. */
export function makeHostileText(random: (limit: number) => number): string {
  return Array.from({ length: random(12) + 1 }, () => pieces[random(pieces.length)]).join('');
}
