import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const charactersMax = 10_000;
const previewCharacters = 2_048;

/**
 * Hook text of up to 10 000 characters comes back as it is. A longer one is written to a file, and its path and a
 * preview of 2 KB take its place: the model never sees the rest unless it opens the file.
 */
export function shortenHookText(text: string, directory: string, name: string): string {
  if (text.length <= charactersMax) return text;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `${name}.txt`);
  writeFileSync(path, text, { mode: 0o600 });
  const kilobytes = (Buffer.byteLength(text) / 1_024).toFixed(1);
  return [
    '<persisted-output>',
    `Output too large (${kilobytes}KB). Full output saved to: ${path}`,
    '',
    'Preview (first 2KB):',
    text.slice(0, previewCharacters),
    '...',
    '</persisted-output>',
  ].join('\n');
}
