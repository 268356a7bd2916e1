import { joined, type Regions } from './screen-regions.ts';

export type Dialog =
  'trust' | 'api-key' | 'bypass' | 'permission' | 'settings' | 'limit' | 'model-switch' | 'unknown-choice';

// What a dialog begins with. What it shows further down (a command, a file) may hold any of these words.
const TITLES: readonly (readonly [Dialog, RegExp])[] = [
  ['trust', /^Accessing workspace:/],
  ['api-key', /^Detected a custom API key\b/],
  ['bypass', /^WARNING: Claude Code running in Bypass Permissions mode/],
  ['settings', /^Settings (?:Warning|Error)\b/],
  ['model-switch', /^Switch model\?/],
  ['limit', /^What do you want to do\? .*\blimit\b/],
];
const PERMISSION_QUESTION = /^\s*Do you want to (?:proceed|create|make|overwrite|edit|allow|run|use|fetch)\b/;
// How a dialog ends: with the keys that it takes.
const KEYS =
  /\b(?:Esc to (?:cancel|exit|go back|reject)|Enter to (?:confirm|select|save|continue|submit))\b/i;
const CHOICE = /^\s*❯ (?:\d+\.|\S)/;
const NUMBERED_CHOICE = /^\s*❯ \d+\./;
const TITLE_LINES = 6;

export function findDialog({ input, below, hasRule }: Regions): Dialog | null {
  const lines = below.filter((line) => line.trim() !== '');
  if (input !== undefined) return null;
  // Without a rule there is only the conversation, or another program: a shell may well end with `❯`.
  const isOffered = hasRule && lines.some((line) => NUMBERED_CHOICE.test(line));
  const isKeyed = KEYS.test(joined(lines.slice(-2))) && (hasRule || lines.some((line) => CHOICE.test(line)));
  if (!isOffered && !isKeyed) return null;
  const title = joined(lines.slice(0, TITLE_LINES));
  const named = TITLES.find(([, pattern]) => pattern.test(title))?.[0];
  if (named) return named;
  return lines.some((line) => PERMISSION_QUESTION.test(line)) ? 'permission' : 'unknown-choice';
}
