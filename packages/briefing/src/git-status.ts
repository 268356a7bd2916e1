import { lineText, nameText, pathText, type Room } from './text.ts';
import type { GitStatus } from './types.ts';

/** What git says, in lines of a list; nothing for what is not known. */
export function describeGit(status: GitStatus | string | null, room: Room): string[] {
  if (status === null) return [];
  if (typeof status === 'string')
    return status.trim() === '' ? [] : [`- git: ${lineText(status, room.textCharactersMax)}`];
  const { branch, ahead, behind, dirtyFiles = [], untrackedFiles = [] } = status;
  const parts = [
    typeof branch === 'string' ? `on ${nameText(branch)}` : '',
    typeof ahead === 'number' ? `${ahead} commits ahead of the parent branch` : '',
    typeof behind === 'number' ? `${behind} behind it` : '',
  ].filter((part) => part !== '');
  return [
    ...(parts.length > 0 ? [`- git: ${parts.join(', ')}.`] : []),
    ...filesLine('changed and not committed', dirtyFiles, room),
    ...filesLine('new and not committed', untrackedFiles, room),
  ];
}

function filesLine(what: string, files: readonly string[], { itemsMax }: Room): string[] {
  if (files.length === 0) return [];
  const shown = files.slice(0, itemsMax).map(pathText);
  const left = files.length - shown.length;
  return [`- ${what}: ${shown.join(', ')}${left > 0 ? ` … and ${left} more` : ''}`];
}
