import type { Database } from '@orc/sqlite';
import { errors } from './errors.ts';
import {
  check,
  projectPatchSchema,
  projectSchema,
  type Project,
  type ProjectInput,
  type ProjectPatch,
} from './records.ts';
import { createTable } from './rows.ts';
import type { Clock } from './types.ts';

export interface Step {
  readonly step: string;
  readonly at: number;
}

export interface Projects {
  /**
   * Writes a project. The same slug again overwrites everything but `createdAt`, and keeps its steps.
   *
   * @throws ORC_REGISTRY_SLUG_TAKEN when the slug belongs to another path, ORC_REGISTRY_PATH_TAKEN when the
   * path belongs to another slug, ORC_REGISTRY_INVALID
   */
  saveProject(input: ProjectInput): Project;
  /** @throws ORC_REGISTRY_UNKNOWN_PROJECT */
  getProject(slug: string): Project;
  findProject(slug: string): Project | undefined;
  /** Compares paths as text: save and look up what `realpath` says. */
  findProjectByPath(path: string): Project | undefined;
  /** The oldest first. */
  listProjects(): Project[];
  /** @throws ORC_REGISTRY_UNKNOWN_PROJECT, ORC_REGISTRY_PATH_TAKEN, ORC_REGISTRY_INVALID */
  updateProject(slug: string, patch: ProjectPatch): Project;
  /** Notes that a step of the set-up is done. A second time changes nothing and returns false. */
  recordStep(slug: string, step: string): boolean;
  /** The steps that are done, in the order in which they were. */
  steps(slug: string): Step[];
  /** Makes the next set-up do every step again. */
  forgetSteps(slug: string): void;
}

export function createProjects(database: Database, clock: Clock): Projects {
  const table = createTable<Project>(database, {
    name: 'registry_projects',
    key: 'slug',
    keep: ['createdAt'],
    columns: {
      slug: 'plain',
      name: 'plain',
      path: 'plain',
      parentBranch: 'plain',
      specPath: 'plain',
      specText: 'plain',
      teamType: 'plain',
      plan: 'plain',
      size: 'plain',
      runtime: 'plain',
      tmuxSession: 'plain',
      status: 'plain',
      hub: 'plain',
      createdAt: 'plain',
      planDocument: 'json',
      completion: 'json',
    },
  });
  const find = (slug: string) => table.select('slug = ?', slug)[0];
  const findByPath = (path: string) => table.select('path = ?', path)[0];
  const get = (slug: string) => {
    const project = find(slug);
    if (!project) throw errors.unknownProject(slug);
    return project;
  };
  const refuseTakenPath = (slug: string, path: string) => {
    const holder = findByPath(path);
    if (holder && holder.slug !== slug) throw errors.pathTaken(path, slug, holder.slug);
  };

  return {
    saveProject(input) {
      const project = check(projectSchema, 'project', input);
      return database
        .transaction(() => {
          const known = find(project.slug);
          if (known && known.path !== project.path)
            throw errors.slugTaken(project.slug, project.path, known.path);
          refuseTakenPath(project.slug, project.path);
          table.put(project);
          return get(project.slug);
        })
        .immediate();
    },
    getProject: get,
    findProject: find,
    findProjectByPath: findByPath,
    listProjects: () => table.select('1 ORDER BY created_at, slug'),
    updateProject(slug, patch) {
      const values = check(projectPatchSchema, 'change of a project', patch) as ProjectPatch;
      return database
        .transaction(() => {
          if (values.path !== undefined) refuseTakenPath(slug, values.path);
          if (!table.patch(slug, values)) throw errors.unknownProject(slug);
          return get(slug);
        })
        .immediate();
    },
    ...createSteps(database, clock, get),
  };
}

function createSteps(
  database: Database,
  clock: Clock,
  get: (slug: string) => Project,
): Pick<Projects, 'recordStep' | 'steps' | 'forgetSteps'> {
  const insert = database.prepare(
    'INSERT INTO registry_steps (slug, step, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  // Two steps within one millisecond keep their order by the row's own number.
  const select = database.prepare<[string], Step>(
    'SELECT step, at FROM registry_steps WHERE slug = ? ORDER BY rowid',
  );
  const remove = database.prepare('DELETE FROM registry_steps WHERE slug = ?');
  return {
    recordStep(slug, step) {
      return insert.run(get(slug).slug, step, clock.now()).changes > 0;
    },
    steps: (slug) => select.all(slug),
    forgetSteps: (slug) => void remove.run(slug),
  };
}
