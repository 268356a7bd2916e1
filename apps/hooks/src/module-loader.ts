import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Loads a module at the moment it is needed; what a hook does not load it does not pay for. */
export function load<Module>(name: string): Module {
  // The bundler leaves this form of require alone, and Node's own has no cost where `createRequire` has one.
  return module.require(name) as Module;
}

/** A file of a package that this program depends on; found by looking, which is quicker than Node's own way. */
export function findPackageFile(path: string): string | undefined {
  return module.paths.map((directory) => join(directory, path)).find((file) => existsSync(file));
}
