/** A text in which whole words and phrases can be looked up quickly, whatever its size. */
export interface WordText {
  /** True when the word or phrase stands there, as it is or with an `s`; case and punctuation do not count. */
  has(phrase: string): boolean;
  /** True when the text begins with the word or phrase. */
  beginsWith(phrase: string): boolean;
}

export function createWordText(text: string): WordText {
  const words = ` ${normalize(text)} `;
  return {
    has(phrase) {
      const wanted = normalize(phrase);
      return wanted !== '' && (words.includes(` ${wanted} `) || words.includes(` ${wanted}s `));
    },
    beginsWith(phrase) {
      const wanted = normalize(phrase);
      return wanted !== '' && words.startsWith(` ${wanted} `);
    },
  };
}

function normalize(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
