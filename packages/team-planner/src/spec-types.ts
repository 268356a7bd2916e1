export type TaskPriority = 'critical' | 'high' | 'normal' | 'low';

/** Something that an item waits for, as its author wrote it. */
export interface SpecDependency {
  readonly text: string;
  /** What of the item's text says so; empty when it stood on a line of its own. */
  readonly source: string;
  /** True for `(after: X)`; false for running text such as "depends on the parser", which may mean no task. */
  readonly isExplicit: boolean;
}

export interface SpecItem {
  /** The item on one line, without its markers. */
  readonly title: string;
  /** Further lines under the item. */
  readonly details: string;
  /** `null` when it has no checkbox. */
  readonly isChecked: boolean | null;
  /** Its number in a numbered list. */
  readonly ordinal: number | null;
  /** A name of its own, such as `T1` in "T1: Read the file". */
  readonly label: string | null;
  /** Id of the role that `[developer]`, `@tester` or "Role: tester" names. */
  readonly roleHint: string | null;
  readonly priority: TaskPriority | null;
  readonly after: readonly SpecDependency[];
  readonly children: readonly SpecItem[];
  /** From 1. */
  readonly line: number;
}

/** `work`: lists are tasks. The others say what is true of the work, or only describe. */
export type SectionKind = 'work' | 'requirements' | 'deliverables' | 'criteria' | 'context';

export interface SpecSection {
  /** Its place among the sections; the first is the text before any heading. */
  readonly index: number;
  /** Index of the section it lies in; `null` at the top. */
  readonly parent: number | null;
  readonly title: string;
  readonly level: number;
  /** True for the one heading that names the whole text. */
  readonly isTitle: boolean;
  readonly kind: SectionKind;
  /** `phase` for "Phase 2" and its like, `number` for "2. Storage". */
  readonly order: 'phase' | 'number' | null;
  /** Running text, paragraphs apart by an empty line. */
  readonly text: string;
  readonly items: readonly SpecItem[];
}

/** A specification taken apart. Nothing in it is interpreted beyond its form. */
export interface Spec {
  readonly title: string;
  /** The first paragraph, or an empty text. */
  readonly goal: string;
  /** `project`, `target`, `type` and other fields of the form `NAME: value`, by their lower-case name. */
  readonly fields: Readonly<Record<string, string>>;
  readonly sections: readonly SpecSection[];
  readonly requirements: readonly string[];
  readonly deliverables: readonly string[];
  readonly criteria: readonly string[];
  /** The whole text, cleaned of control characters, comments and markup. */
  readonly text: string;
}
