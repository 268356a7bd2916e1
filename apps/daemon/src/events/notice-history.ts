import { readEvents, type BusEvent, type Verdict } from '@orc/event-bus';

/** What the log says of the notices of a time. */
export interface NoticeHistory {
  /** Delivered, or gathered and not told in a digest since; in the order of decision. */
  readonly settled: readonly { readonly event: BusEvent; readonly verdict: Verdict }[];
  /** Decided, and nothing is known of what came of it. */
  readonly open: readonly BusEvent[];
}

interface Entry {
  readonly event: BusEvent;
  verdict: Verdict | undefined;
  isOver: boolean;
}

const TYPES = ['notice.*', 'event.suppressed', 'event.digested'];

/** Reads decisions and outcomes since a time, in ms since 1970. */
export function readNoticeHistory(directory: string, since: number): NoticeHistory {
  const entries = new Map<string, Entry>();
  for (const event of readEvents({ directory, since, types: TYPES })) apply(entries, event);
  const rest = [...entries.values()].filter(({ isOver }) => !isOver);
  return {
    settled: rest.flatMap(({ event, verdict }) => (verdict === undefined ? [] : [{ event, verdict }])),
    open: rest.filter(({ verdict }) => verdict === undefined).map(({ event }) => event),
  };
}

function apply(entries: Map<string, Entry>, event: BusEvent): void {
  const data = event.data as Readonly<Record<string, unknown>>;
  const about = entries.get(typeof data.event === 'string' ? data.event : (event.message ?? ''));
  if (event.type === 'notice.decided') entries.set(event.id, { event, verdict: undefined, isOver: false });
  else if (event.type === 'notice.queued' && about) about.verdict = 'delivered';
  else if (event.type === 'notice.undeliverable' && about) about.isOver = true;
  else if (event.type === 'event.suppressed' && about) about.verdict = data.why as Verdict;
  else if (event.type === 'notice.cleared') endGathered(entries, () => true);
  else if (event.type === 'event.digested')
    endGathered(
      entries,
      (entry) =>
        (entry.event.data as { readonly recipient: string }).recipient === data.sink &&
        isUrgent(entry) === data.isCritical,
    );
}

/** What was gathered up to here has been told, or is not to be. */
function endGathered(entries: Map<string, Entry>, isMeant: (entry: Entry) => boolean): void {
  for (const entry of entries.values())
    if (entry.verdict !== undefined && entry.verdict !== 'delivered' && isMeant(entry)) entry.isOver = true;
}

/** As a sink tells them apart: critical ones that are no repeats come in digests of their own. */
function isUrgent({ event, verdict }: Entry): boolean {
  return event.severity === 'critical' && verdict !== 'repeated';
}
