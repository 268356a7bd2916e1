import { parse } from 'yaml';

/** A manifest that was read: what it names, lower case. */
export interface Manifest {
  readonly kind: string;
  /** Of the file, relative to the project. */
  readonly path: string;
  readonly directory: string;
  readonly dependencies: readonly string[];
  readonly scripts: readonly string[];
}

type Reader = (text: string) => Pick<Manifest, 'dependencies' | 'scripts'>;

const readers: Readonly<Record<string, { readonly kind: string; readonly read: Reader }>> = {
  'package.json': { kind: 'node', read: readPackageJson },
  'requirements.txt': { kind: 'python', read: (text) => named(text, /^\s*([\w.-]+)/gm) },
  'pyproject.toml': {
    kind: 'python',
    read: (text) => named(text, /["']([A-Za-z][\w.-]*)|^([A-Za-z][\w.-]*)\s*=/gm),
  },
  'setup.py': { kind: 'python', read: (text) => named(text, /["']([A-Za-z][\w.-]*)/g) },
  Gemfile: { kind: 'ruby', read: (text) => named(text, /^\s*gem\s+["']([\w.-]+)/gm) },
  'go.mod': {
    kind: 'go',
    read: (text) => named(text, /^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/[\w./-]+)\s+v/gm),
  },
  'Cargo.toml': { kind: 'rust', read: (text) => named(text, /^([A-Za-z][\w-]*)\s*=/gm) },
};

export function isManifest(name: string): boolean {
  return Object.hasOwn(readers, name);
}

/** What a manifest names. One that is malformed names nothing. */
export function readManifest(path: string, text: string): Manifest {
  const slash = path.lastIndexOf('/');
  const { kind, read } = readers[path.slice(slash + 1)] ?? { kind: 'unknown', read: () => nothing };
  return { kind, path, directory: path.slice(0, Math.max(0, slash)), ...read(text) };
}

const nothing = { dependencies: [], scripts: [] };

function named(text: string, pattern: RegExp): Pick<Manifest, 'dependencies' | 'scripts'> {
  const names = [...text.matchAll(pattern)].map((match) => (match[1] ?? match[2] ?? '').toLowerCase());
  return { dependencies: [...new Set(names.filter(Boolean))], scripts: [] };
}

function readPackageJson(text: string): Pick<Manifest, 'dependencies' | 'scripts'> {
  const content = parseJson(text);
  const keysOf = (value: unknown) => (isMap(value) ? Object.entries(value) : []);
  const scripts = keysOf(content['scripts'])
    // What npm writes into a new package.json is no test command.
    .filter(([, command]) => typeof command === 'string' && !command.includes('no test specified'))
    .map(([name]) => name);
  const dependencies = [...keysOf(content['dependencies']), ...keysOf(content['devDependencies'])].map(
    ([name]) => name.toLowerCase(),
  );
  return { dependencies, scripts };
}

function parseJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isMap(value) ? value : {};
  } catch {
    return {};
  }
}

/** Names and images of the services of a compose file; none when it is malformed. */
export function readCompose(text: string): {
  readonly services: readonly string[];
  readonly images: readonly string[];
} {
  let content: unknown;
  try {
    content = parse(text);
  } catch {
    content = undefined;
  }
  const services = isMap(content) && isMap(content['services']) ? content['services'] : {};
  const images = Object.values(services).flatMap((service) =>
    isMap(service) && typeof service['image'] === 'string' ? [service['image'].toLowerCase()] : [],
  );
  return { services: Object.keys(services), images };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
