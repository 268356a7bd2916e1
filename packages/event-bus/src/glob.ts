import { errors } from './errors.ts';

const GLOB = /^[a-z0-9._*-]+$/;

/**
 * Tells whether a type matches one of the globs; remembers its answers, since types are few.
 *
 * @throws ORC_EVENT_BUS_BAD_GLOB
 */
export function createMatcher(globs: string | readonly string[]): (type: string) => boolean {
  const patterns = (typeof globs === 'string' ? [globs] : globs).map((glob) => {
    if (!GLOB.test(glob)) throw errors.badGlob(glob);
    const parts = glob.split(/\*+/).map((part) => part.replaceAll('.', String.raw`\.`));
    return new RegExp(`^${parts.join('.*')}$`);
  });
  const known = new Map<string, boolean>();
  return (type) => {
    const answer = known.get(type) ?? patterns.some((pattern) => pattern.test(type));
    known.set(type, answer);
    return answer;
  };
}
