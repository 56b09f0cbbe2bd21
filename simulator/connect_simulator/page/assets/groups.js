// Draw blocks that set or say different things at the same place as one: same type, same block before, same blocks after.

import { kindOf } from "./blocks.js";

export function group({ start, nodes }) {
  const before = new Map();
  for (const { id, branches } of nodes) {
    for (const { to } of branches) before.set(to, new Set([...(before.get(to) ?? []), id]));
  }
  const keyOf = (node) => {
    const [from, to] = [before.get(node.id) ?? new Set(), new Set(node.branches.map((each) => each.to))];
    return ["set", "say"].includes(kindOf(node)) && from.size === 1 ? [node.type, ...from, ...[...to].sort()].join(" ") : node.id;
  };
  const groups = Map.groupBy(nodes, keyOf);
  const first = new Map([...groups.values()].flatMap((members) => members.map(({ id }) => [id, members[0].id])));
  return {
    start,
    nodes: [...groups.values()].map((members) => ({
      ...members[0],
      ids: members.map(({ id }) => id),
      branches: members[0].branches.map((each) => ({ ...each, to: first.get(each.to) })),
    })),
  };
}
