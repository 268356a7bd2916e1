import type { Party, RouteInput, RouteReason, RouteVerdict } from './route-types.ts';

const MANAGER = 'project-manager';

/** Kinds that say the same as the tag of a hand-off. */
const TAG_OF_KIND: Readonly<Record<string, string>> = {
  'fast-lane': 'FAST_LANE_TRIGGER',
  'hand-off': 'test-handoff',
};

/**
 * Whether one member of a team may write to another directly, and if not, what to do in place of it. Whether
 * that is a warning or a refusal is for the caller's policy. The matrix speaks of members, the user's own
 * pairs of roles; a pair that the user forbids outranks everything but answers and the person.
 */
export function judgeRoute(input: RouteInput): RouteVerdict {
  const { from, to, isReply, matrix, overrides } = input;
  if (from.type === 'person' || to.type === 'person')
    return allow('person', 'The person at the keyboard may be written to, and writes to everybody.');
  if (from.type === 'system' || to.type === 'system') return allow('system', 'orc itself tells it.');
  if (isReply) return allow('reply', `${to.name} has asked for it.`);
  const pair = `${from.name} → ${to.name}`;
  const isNamed = (pairs: readonly string[]) => pairs.some((each) => covers(each, from, to));
  if (isNamed(overrides.deny))
    return refuse(input, 'denied-by-user', `${pair} is forbidden by routing.deny of the configuration.`);
  if (isNamed(overrides.allow)) return allow('allowed-by-user', `${pair} is allowed by routing.allow.`);
  if (from.name === matrix.hub || to.name === matrix.hub)
    return allow('hub', `${matrix.hub} is the hub of ${matrix.profile}.`);
  if (from.role === MANAGER || to.role === MANAGER)
    return allow('project-manager', 'The project manager talks to everybody.');
  return judgePair(input, from, to);
}

type Member = Party & { readonly type: 'member' };

function judgePair(input: RouteInput, from: Member, to: Member): RouteVerdict {
  const { matrix, kind, tags, isLaneOpen } = input;
  const handoff = matrix.handoffs.find((each) => each.from === from.name && each.to === to.name);
  const inMatrix = matrix.talksTo[from.name]?.includes(to.name) ?? false;
  if (handoff) {
    const carried = [...tags, ...(TAG_OF_KIND[kind] === undefined ? [] : [TAG_OF_KIND[kind]])];
    const isHandoff = handoff.tags.some((tag) => carried.includes(tag));
    if (isHandoff && isLaneOpen) return allow('hand-off', 'A hand-off in the lane goes directly.');
    if (isHandoff)
      return refuse(
        input,
        'lane-closed',
        `The fast lane is closed, so ${from.name} does not hand over directly.`,
      );
    return refuse(
      input,
      'needs-tag',
      `${from.name} writes to ${to.name} directly for hand-offs only, and this is none.`,
    );
  }
  if (inMatrix) return allow('matrix', `${from.name} and ${to.name} work together directly.`);
  return refuse(
    input,
    'not-in-matrix',
    `${from.name} and ${to.name} do not talk directly in the profile ${matrix.profile}.`,
  );
}

function allow(because: RouteReason, why: string): RouteVerdict {
  return { isAllowed: true, because, why, instead: null };
}

function refuse({ matrix }: RouteInput, because: RouteReason, why: string): RouteVerdict {
  const viaHub = `Send it to ${matrix.hub}: orc send ${matrix.hub} "…".`;
  const instead =
    because === 'needs-tag' ? `${viaHub} If it hands over work, say so with --kind hand-off.` : viaHub;
  return { isAllowed: false, because, why, instead };
}

/** `developer>tester` is about that role or member; `*` is anybody. */
function covers(pair: string, from: Member, to: Member): boolean {
  const [sender = '', receiver = ''] = pair.split('>').map((each) => each.trim());
  const isOne = (word: string, { name, role }: Member) => word === '*' || word === name || word === role;
  return isOne(sender, from) && isOne(receiver, to);
}
