import type { Digest, DigestGroup } from '@orc/event-bus';

const LINES_MAX = 30;
const LINE_CHARACTERS = 300;

/** A digest as its reader gets it: one line for what says the same, how often, and where the rest stands. */
export function describeDigest({ isCritical, since, groups, others, total }: Digest): string {
  const shown = groups.slice(0, LINES_MAX);
  const unshown = others + groups.slice(LINES_MAX).reduce((sum, { count }) => sum + count, 0);
  const from = new Date(since).toISOString();
  const notices = total === 1 ? '1 notice' : `${total} notices`;
  const head = isCritical
    ? `CRITICAL: ${notices} at once since ${from}.`
    : `Digest of ${notices} since ${from}. Nothing here needed you at once.`;
  const rest = unshown === 0 ? [] : [`… and ${unshown} more.`];
  const where = `All of them: orc events --since ${from} --filter "notice.decided"`;
  return [head, ...shown.map(describeGroup), ...rest, ...(unshown === 0 ? [] : [where])].join('\n');
}

function describeGroup({ event, count }: DigestGroup): string {
  const { text } = event.data as { readonly text?: unknown };
  const line = (typeof text === 'string' ? text : event.type).replaceAll(/\s+/g, ' ').trim();
  const short = line.length > LINE_CHARACTERS ? `${line.slice(0, LINE_CHARACTERS - 1)}…` : line;
  return `- ${count === 1 ? '' : `${count} × `}${short}`;
}
