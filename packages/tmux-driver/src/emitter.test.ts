import { expect, test } from 'vitest';
import { createEmitter } from './emitter.ts';

test('each listener hears each event until it is disposed of', () => {
  const emitter = createEmitter<number>();
  const heard: string[] = [];
  const first = emitter.on((event) => heard.push(`first ${event}`));
  emitter.on((event) => heard.push(`second ${event}`));
  emitter.emit(1);
  first[Symbol.dispose]();
  emitter.emit(2);
  expect(heard).toEqual(['first 1', 'second 1', 'second 2']);
});

test('a listener may leave while it is told', () => {
  const emitter = createEmitter<number>();
  const heard: number[] = [];
  const subscription = emitter.on(() => subscription[Symbol.dispose]());
  emitter.on((event) => heard.push(event));
  emitter.emit(1);
  expect(heard).toEqual([1]);
});
