import { z } from 'zod';

const roleId = z.string().regex(/^[a-z][a-z0-9-]*[a-z0-9]$/, 'an id holds a-z, 0-9 and -');
const sentence = z.string().min(1).max(400);
const words = z.array(z.string().min(1).max(80)).max(200).default([]);
const minutes = z.int().min(5).max(1_440);

const roleSchema = z.strictObject({
  title: z.string().min(1).max(60),
  kind: z.enum(['core', 'optional']).describe('Core roles make the default team.'),
  windowName: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, 'a window name holds letters, digits, - and _'),
  duties: z.array(sentence).min(1).max(20).describe('What the role answers for.'),
  directories: z
    .array(z.string().min(1).max(120))
    .max(20)
    .default([])
    .describe('What it owns in the project.'),
  branchPrefix: z.string().regex(/^[a-z0-9][a-z0-9._-]*\/$/, 'a branch prefix ends with one slash'),
  checkInMinutes: minutes.default(45),
  reviews: z.boolean().default(false).describe('Reviews the work of others before it is merged.'),
  merges: z.boolean().default(false).describe('Merges branches and opens pull requests.'),
  aliases: words.describe('Other names under which it is known.'),
  leads: words.describe('First words of a task that is for this role.'),
  keywords: words.describe('Words in a task that point to this role.'),
  standIns: z
    .array(roleId)
    .default([])
    .describe('Who takes its tasks when it is not in the team, best first.'),
});

const templateSchema = z.strictObject({
  title: z.string().min(1).max(60),
  aliases: words,
  matrix: z.string().min(1),
  core: z.array(roleId).min(1),
  optional: z.array(roleId).default([]),
  implementing: roleId.describe('Kept next to the orchestrator when a plan has little room.'),
});

const range = z.strictObject({ min: z.int().min(0), max: z.int().min(0).nullable() });

const planSchema = z.strictObject({
  title: z.string().min(1).max(60),
  aliases: words,
  agentsMax: z.int().min(1).nullable().describe('null: as many as the machine carries.'),
  recommended: range.nullable(),
  checkInMinutesMin: minutes.describe('No agent is checked on more often than this.'),
});

const sizeSchema = z.strictObject({
  base: range.describe('Agents of the template.'),
  optional: range.describe('Agents on top of it.'),
  tokenFactor: z.number().positive().describe('Tokens, compared with one session.'),
  sourceFilesMin: z.int().min(0).describe('A project with this many source files has at least this size.'),
  linesMin: z.int().min(0).describe('The same by lines of code.'),
  addsOffered: z.boolean().default(false).describe('Optional roles that would be offered join the team.'),
});

const indicatorSchema = z.strictObject({
  type: z.string().min(1),
  weight: z.number().positive().max(100).describe('Counts once, however many files or words show it.'),
  label: z.string().min(1).max(120),
  files: words.describe('Globs; without a slash they match a file name anywhere.'),
  directories: words.describe('Names of directories.'),
  dependencies: words.describe('Packages named in a manifest.'),
  words: words.describe('Words or phrases of the specification.'),
  isLargeData: z.boolean().default(false).describe('True for a directory with many or big data files.'),
});

const commandRule = z.strictObject({
  kind: z.string().min(1),
  command: z.string().min(1).max(200),
  files: words.describe('All of these lie beside the manifest.'),
  dependencies: words.describe('One of these is named in the manifest.'),
  script: z.string().optional().describe('A script of package.json.'),
});

const detectionSchema = z.strictObject({
  specFactor: z.number().min(1).describe('What the specification says counts this much more than the tree.'),
  tieOrder: z.array(z.string()).min(1),
  fallback: z.string().describe('The type of a project that shows nothing.'),
  skippedDirectories: words,
  sourceExtensions: words,
  dataExtensions: words,
  kinds: z.record(z.string(), z.strictObject({ files: words })),
  indicators: z.record(z.string(), indicatorSchema),
  devServers: z.array(commandRule).describe('The first that fits is suggested.'),
  testCommands: z.array(commandRule),
  databases: z.record(z.string(), z.array(z.string().min(1))),
});

const testSchema = z.strictObject({
  fact: z.string().min(1),
  is: z.union([z.boolean(), z.string()]).optional(),
  above: z.number().optional(),
});

const conditionSchema = z.strictObject({
  role: roleId,
  match: z.enum(['all', 'any']).default('all'),
  effect: z.enum(['add', 'offer']).describe('A role that the template does not know is only ever offered.'),
  types: z.array(z.string()).optional().describe('Only for these team types.'),
  when: z.array(testSchema).min(1),
  reason: sentence,
});

const factSchema = z.strictObject({ words: z.array(z.string().min(1)).min(1) });

const prerequisiteSchema = z.strictObject({ needs: z.array(roleId).min(1), reason: sentence });

const everyone = z.literal('*');
const party = z.union([roleId, everyone]);

const matrixSchema = z.strictObject({ talksTo: z.record(z.string(), z.array(party)) });

const profileSchema = z.strictObject({
  title: z.string().min(1).max(60),
  aliases: words,
  hub: roleId,
  usesMatrix: z.boolean().describe('False: only what this profile says is allowed.'),
  talksTo: z.record(z.string(), z.array(party)).default({}),
  handoffs: z
    .array(z.strictObject({ from: roleId, to: roleId, tags: z.array(z.string().min(1)).min(1) }))
    .default([])
    .describe('Direct messages that are fine when they carry one of these tags.'),
});

const patternSchema = z.strictObject({
  lines: z.array(z.array(roleId).min(1)).describe('Neighbours in a line talk both ways.'),
  down: z
    .array(z.tuple([roleId, roleId]))
    .default([])
    .describe('From the upper line to the lower.'),
});

/** Everything of the catalogue, as a user may write it in YAML: maps by id. */
export const catalogueSchema = z.strictObject({
  roles: z.record(roleId, roleSchema),
  templates: z.record(z.string(), templateSchema),
  plans: z.record(z.string(), planSchema),
  sizes: z.record(z.string(), sizeSchema),
  detection: detectionSchema,
  facts: z.record(z.string(), factSchema),
  conditions: z.record(z.string(), conditionSchema),
  prerequisites: z.record(z.string(), prerequisiteSchema),
  matrices: z.record(z.string(), matrixSchema),
  profiles: z.record(z.string(), profileSchema),
  patterns: z.record(z.string(), patternSchema),
  specWords: z.strictObject({
    context: words,
    criteria: words,
    requirements: words,
    deliverables: words,
    ordered: words,
  }),
  advice: z.array(sentence),
});

export type CatalogueData = z.output<typeof catalogueSchema>;
export type CatalogueInput = z.input<typeof catalogueSchema>;
