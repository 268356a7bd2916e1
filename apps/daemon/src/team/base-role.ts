/** The role behind an agent's name: `developer-2` is the second agent of the role `developer`. */
export function baseRole(name: string): string {
  return name.replace(/-\d+$/, '');
}
