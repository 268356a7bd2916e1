// Colours may stay: they change how text looks and nothing else.
// eslint-disable-next-line no-control-regex -- control characters are the subject
const COLOUR_OR_CONTROL = /\u001b\[[0-9;]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * What a terminal shows of a text and never obeys: bodies, names and logs come from agents, and a sequence in one
 * could fill the clipboard or draw a prompt that is none. Each control character but tab and newline becomes its
 * picture; colours stay.
 */
export function harmless(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(COLOUR_OR_CONTROL, (found) => (found.length > 1 ? found : pictureOf(found.charCodeAt(0))));
}

/** JSON without the control characters that its own rules leave as they are; it means the same. */
export function harmlessJson(json: string): string {
  return json.replaceAll(/[\u007f-\u009f]/g, (found) => `\\u00${found.charCodeAt(0).toString(16)}`);
}

function pictureOf(code: number): string {
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
