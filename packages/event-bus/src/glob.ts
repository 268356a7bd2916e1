/**
 * Matches event types against globs: `*` stands for any characters, so `message.*` matches `message.seen`
 * and `*` matches everything. Several globs match when one of them does.
 */
export function createTypeFilter(globs: string | readonly string[]): (type: string) => boolean {
  const patterns = (typeof globs === 'string' ? [globs] : globs).map((glob) => {
    const literal = glob.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
    return new RegExp(`^${literal.join('.*')}$`);
  });
  return (type) => patterns.some((pattern) => pattern.test(type));
}
