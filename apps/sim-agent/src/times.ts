/** `1:22am`, and `Nov 24, 10:42am` when it is more than a day away; always UTC, as the client says in brackets. */
export function formatReset(resetsAt: number, now: number): string {
  const date = new Date(resetsAt);
  const hours = date.getUTCHours();
  const minutes = String(date.getUTCMinutes()).padStart(2, '0');
  const clock = `${hours % 12 || 12}:${minutes}${hours < 12 ? 'am' : 'pm'}`;
  if (resetsAt - now < 86_400_000) return clock;
  const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  return `${month} ${date.getUTCDate()}, ${clock}`;
}

/** `11:20 PM`, as it stands after a turn. */
export function formatClock(at: number): string {
  const date = new Date(at);
  const hours = date.getHours();
  return `${hours % 12 || 12}:${String(date.getMinutes()).padStart(2, '0')} ${hours < 12 ? 'AM' : 'PM'}`;
}
