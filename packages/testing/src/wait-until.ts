/**
 * Looks again and again until the condition gives something other than `undefined`, `null` or `false`, and
 * returns that. An error of the last look is the cause of the failure.
 */
export async function waitUntil<Value>(
  condition: () => Value | Promise<Value>,
  options: { readonly timeoutMs?: number; readonly intervalMs?: number; readonly what?: string } = {},
): Promise<NonNullable<Exclude<Value, false>>> {
  const { timeoutMs = 30_000, intervalMs = 20, what = 'the condition' } = options;
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== undefined && value !== null && value !== false)
        return value as NonNullable<Exclude<Value, false>>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline)
      throw new Error(`${what} did not hold within ${timeoutMs} ms`, { cause });
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
