import { fitText, lineText, nameText, type Room } from './text.ts';

/** What an agent has done since it was last told its part. Every part may be empty. */
export interface Activity {
  /** Tasks that were begun or ended, each with what became of it. */
  readonly tasks: readonly { readonly id: string; readonly title: string; readonly became: string }[];
  /** Subjects of the commits of its branch, the newest first. */
  readonly commits: readonly string[];
  /** What it wrote to others, the newest first. */
  readonly sent: readonly { readonly to: string; readonly text: string }[];
  /** What it read from others, the newest first. */
  readonly read: readonly { readonly from: string; readonly text: string }[];
  /** Commands and files of its tools, the newest first. */
  readonly actions: readonly string[];
}

const CHARACTERS_MAX = 1_800;
const SHOWN_CHARACTERS_MAX = 120;

/** One paragraph per kind of thing, the newest first; '' when nothing has happened. */
export function composeActivitySummary(activity: Activity): string {
  return fitText(CHARACTERS_MAX, (room) =>
    [
      sentence(
        'Tasks',
        activity.tasks.map(({ id, title, became }) => `${nameText(id)} ${shown(title)} (${shown(became)})`),
        room,
      ),
      sentence('Commits', activity.commits.map(shown), room),
      sentence(
        'You wrote',
        activity.sent.map(({ to, text }) => `to ${nameText(to)}: ${shown(text)}`),
        room,
      ),
      sentence(
        'You read',
        activity.read.map(({ from, text }) => `from ${nameText(from)}: ${shown(text)}`),
        room,
      ),
      sentence('Your last commands', activity.actions.map(shown), room),
    ]
      .filter((line) => line !== '')
      .join('\n'),
  );
}

function sentence(what: string, items: readonly string[], { itemsMax }: Room): string {
  if (items.length === 0) return '';
  const max = Math.min(itemsMax, 8);
  const left = items.length - max;
  return `${what}: ${items.slice(0, max).join('; ')}${left > 0 ? `; and ${left} more` : ''}.`;
}

function shown(text: string): string {
  return lineText(text, SHOWN_CHARACTERS_MAX);
}
