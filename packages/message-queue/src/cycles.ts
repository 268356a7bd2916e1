import { errors } from './errors.ts';
import type { Draft } from './validation.ts';

/** @throws ORC_QUEUE_DEPENDENCY_CYCLE when messages of one call wait for each other, or one for itself */
export function refuseCycles(drafts: readonly Draft[]): void {
  const after = new Map(
    drafts.flatMap((draft) => (draft.id === undefined ? [] : [[draft.id, draft.after] as const])),
  );
  const checked = new Set<string>();
  for (const start of after.keys()) {
    // Depth first with a stack of our own: a chain may be longer than the call stack is deep.
    const path = new Set<string>();
    const stack = [{ id: start, isDone: false }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (next.isDone) {
        path.delete(next.id);
        checked.add(next.id);
        continue;
      }
      if (checked.has(next.id) || !after.has(next.id)) continue;
      if (path.has(next.id)) {
        const ids = [...path];
        throw errors.dependencyCycle([...ids.slice(ids.indexOf(next.id)), next.id]);
      }
      path.add(next.id);
      stack.push({ id: next.id, isDone: true });
      for (const id of after.get(next.id) ?? []) stack.push({ id, isDone: false });
    }
  }
}
