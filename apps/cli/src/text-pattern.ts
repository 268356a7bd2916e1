import { errors } from './errors.ts';

/**
 * A pattern as people write it for grep: a regular expression, in which `\|` means "or" as well as `|` does.
 * It runs in the process of whoever asks, so that a slow one costs nobody else. @throws ORC_CLI_USAGE
 */
export function compilePattern(text: string): (line: string) => boolean {
  try {
    const pattern = new RegExp(text.replaceAll(String.raw`\|`, '|'), 'm');
    return (line) => pattern.test(line);
  } catch {
    throw errors.usage(
      `"${text}" is no pattern.`,
      'Write plain text, or a regular expression such as "CRITICAL|HIGH".',
    );
  }
}
