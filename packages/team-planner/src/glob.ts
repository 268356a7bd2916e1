const compiled = new Map<string, RegExp>();

/** `*` stands for any characters but a slash, `?` for one. The whole name must fit. */
export function matchesGlob(glob: string, name: string): boolean {
  if (!/[*?]/.test(glob)) return glob === name;
  let pattern = compiled.get(glob);
  if (!pattern) {
    const source = glob
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll(/\*+/g, '[^/]*')
      .replaceAll('?', '[^/]');
    pattern = new RegExp(`^${source}$`);
    compiled.set(glob, pattern);
  }
  return pattern.test(name);
}
