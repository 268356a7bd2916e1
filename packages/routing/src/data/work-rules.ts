/** Where a kind of work goes next, whoever sends it. */
export interface WorkRule {
  readonly kind: string;
  /** The first of these roles that is in the team; the hub when none is. */
  readonly to: readonly string[];
  /** What is asked of whoever gets it. */
  readonly ask: string;
}

/** A defect is ranked, specified, implemented, verified: each by the one whose work it is. */
export const workRules: readonly WorkRule[] = [
  {
    kind: 'bug',
    to: ['project-manager'],
    ask: 'Add it to the plan and rank it: a critical one goes on top. If it needs a design first, ask for it with --kind spec-request.',
  },
  {
    kind: 'spec-request',
    to: ['architect', 'orchestrator'],
    ask: 'Write the specification, and announce it with --kind spec-created.',
  },
  {
    kind: 'spec-created',
    to: ['developer'],
    ask: 'Implement it, and report with --kind implementation-complete.',
  },
  {
    kind: 'implementation-complete',
    to: ['project-manager'],
    ask: 'Verify it against its success criteria, and bring the plan up to date.',
  },
];
