import { expect, test } from 'vitest';
import {
  answerDialog,
  apiKeyDialog,
  bypassDialog,
  permissionDialog,
  settingsDialog,
  trustDialog,
} from './dialogs.ts';

test('preselects the answer that refuses, before a session starts', () => {
  expect(answerDialog(trustDialog('/p'), { kind: 'enter' })).toEqual({ chosen: 0 });
  expect(trustDialog('/p').options[0]).toBe('No, exit');
  expect(bypassDialog().options[bypassDialog().selected]).toBe('No, exit');
  expect(apiKeyDialog().options[apiKeyDialog().selected]).toBe('No (recommended)');
});

test('moves with the arrows and goes round', () => {
  const dialog = trustDialog('/p');
  expect(answerDialog(dialog, { kind: 'down' })).toEqual({ selected: 1 });
  expect(answerDialog(dialog, { kind: 'up' })).toEqual({ selected: 1 });
  expect(answerDialog({ ...dialog, selected: 1 }, { kind: 'down' })).toEqual({ selected: 0 });
});

test('takes a digit only where the options have numbers', () => {
  const permission = permissionDialog({ tool: 'Write', title: 'Write(a.txt)', detail: 'x' }, '/p');
  expect(permission.heading.at(-1)).toBe('Do you want to create a.txt?');
  expect(answerDialog(permission, { kind: 'text', text: '3' })).toEqual({ chosen: 2 });
  expect(answerDialog(permission, { kind: 'text', text: '9' })).toBeUndefined();
  expect(answerDialog(trustDialog('/p'), { kind: 'text', text: '2' })).toBeUndefined();
});

test('swallows text that is pasted into it', () => {
  expect(answerDialog(trustDialog('/p'), { kind: 'paste', text: 'a message' })).toBeUndefined();
});

test('cancels with Esc', () => {
  expect(answerDialog(trustDialog('/p'), { kind: 'escape' })).toEqual({ isCancelled: true });
});

test('tells skipped settings from a file that cannot be read', () => {
  const warning = settingsDialog({ path: '/s.json', isWholeFile: false, lines: ['hooks.X: Unknown'] });
  expect([warning.heading[0], warning.options[warning.selected]]).toEqual(['Settings Warning', 'Continue']);
  const error = settingsDialog({ path: '/s.json', isWholeFile: true, lines: ['Invalid'] });
  expect([error.heading[0], error.options[error.selected]]).toEqual(['Settings Error', 'Fix with Claude']);
});
