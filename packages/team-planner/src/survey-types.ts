export interface FoundIndicator {
  /** As the catalogue names it. */
  readonly id: string;
  /** What showed it first: a path in the project, or `package (manifest)`. */
  readonly evidence: string;
}

export interface SuggestedCommand {
  readonly kind: string;
  readonly command: string;
  /** Where to run it, relative to the project; empty for its root. */
  readonly directory: string;
  readonly reason: string;
}

/** What the tree of a project shows. Nothing in it was run, and no link was followed. */
export interface ProjectSurvey {
  readonly path: string;
  readonly indicators: readonly FoundIndicator[];
  /** `node`, `python`, `ruby`, `go`, `rust` by their manifests. */
  readonly kinds: readonly string[];
  readonly dependencies: readonly string[];
  readonly devServer: SuggestedCommand | null;
  readonly testCommand: SuggestedCommand | null;
  readonly hasDocker: boolean;
  readonly hasTests: boolean;
  readonly hasContinuousIntegration: boolean;
  readonly databases: readonly string[];
  /** Services of compose files and systemd units. */
  readonly serviceCount: number;
  /** Files in which open work is often listed: TODO, ROADMAP, TASKS. */
  readonly workLists: readonly string[];
  readonly fileCount: number;
  readonly sourceFileCount: number;
  /** From the sizes of the source files; good to a factor of about two. */
  readonly linesEstimate: number;
  /** True when the project was too big or too deep to be seen whole. */
  readonly isTruncated: boolean;
}

/** What a project looks like of which nothing is known, such as one that does not exist yet. */
export const emptySurvey: ProjectSurvey = {
  path: '',
  indicators: [],
  kinds: [],
  dependencies: [],
  devServer: null,
  testCommand: null,
  hasDocker: false,
  hasTests: false,
  hasContinuousIntegration: false,
  databases: [],
  serviceCount: 0,
  workLists: [],
  fileCount: 0,
  sourceFileCount: 0,
  linesEstimate: 0,
  isTruncated: false,
};
