/** Numbers from 0 up to 1 that are the same for the same seed, so that a run can be had again. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // Mulberry32: small, and even enough to choose whom to kill.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function choose<Item>(random: () => number, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('there is nothing to choose from');
  return item;
}

/** Draws in an order of chance, and each item once before any comes again. */
export function createBag<Item>(random: () => number, items: readonly Item[]): () => Item {
  let left: Item[] = [];
  return () => {
    if (left.length === 0) left = [...items];
    const item = choose(random, left);
    left.splice(left.indexOf(item), 1);
    return item;
  };
}
