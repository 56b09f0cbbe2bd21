// Where the blocks of a flow stand: in layers from top to bottom, so that what follows is below what leads there.
// The same flow always comes to the same picture.

// With room, a block has a second line.
export const ROOMY = { width: 148, height: 36, layer: 50, gap: 14 };
export const TIGHT = { width: 124, height: 25, layer: 36, gap: 14 };
const THREAD = 10;
const SORTINGS = 40;
const PLACINGS = 300;
const STIFFNESS = 30; // how much more than a block a thread wants to stay where it is straight
const ALONE = 40; // how much more two blocks that only lead to each other want to stand below each other

// The blocks with x and y (their middles), and the edges with the points that they pass.
export function layout({ start, nodes }, size) {
  const edges = edgesOf(nodes);
  const forward = withoutLoops(start, nodes, edges);
  const layerOf = longestWays(nodes, forward);
  const { rows, links } = withThreads(nodes, forward, layerOf, size);
  rows.forEach(number);
  sortRows(rows, links);
  placeRows(rows, links, size.gap);
  const placed = rows.flat();
  const left = Math.min(...placed.map((each) => each.x - each.width / 2));
  for (const each of placed) each.x += size.gap - left;
  return {
    nodes: placed.filter((each) => each.node),
    edges: edges.map((edge) => ({ ...edge, points: pointsOf(edge, links.paths.get(edge), placed, size) })),
    width: Math.max(...placed.map((each) => each.x + each.width / 2)) + size.gap,
    height: rows.length * size.layer + size.gap,
  };
}

// One edge for all branches that lead from one block to the same other one.
function edgesOf(nodes) {
  return nodes.flatMap((node) =>
    [...new Set(node.branches.map((branch) => branch.to))].map((to) => ({
      from: node.id,
      to,
      names: node.branches.filter((branch) => branch.to === to).map((branch) => branch.name),
    })),
  );
}

// The edges from top to bottom; those that lead back to where the call came from are turned round.
function withoutLoops(start, nodes, edges) {
  const state = new Map();
  const turned = [];
  const visit = (id) => {
    state.set(id, "open");
    for (const edge of edges.filter((each) => each.from === id)) {
      if (state.get(edge.to) === "open") turned.push(edge);
      else if (!state.has(edge.to)) visit(edge.to);
    }
    state.set(id, "done");
  };
  visit(start);
  for (const node of nodes) if (!state.has(node.id)) visit(node.id);
  return edges
    .filter((edge) => edge.from !== edge.to)
    .map((edge) => (turned.includes(edge) ? { from: edge.to, to: edge.from, edge, back: true } : { ...edge, edge }));
}

function longestWays(nodes, forward) {
  const layerOf = new Map();
  const find = (id) => {
    if (!layerOf.has(id)) {
      const before = forward.filter((each) => each.to === id).map((each) => find(each.from) + 1);
      layerOf.set(id, Math.max(0, ...before));
    }
    return layerOf.get(id);
  };
  for (const node of nodes) find(node.id);
  return layerOf;
}

// Rows of blocks and of the threads of edges that pass by.
function withThreads(nodes, forward, layerOf, size) {
  const rows = Array.from({ length: Math.max(...layerOf.values()) + 1 }, () => []);
  const put = (each, layer) => {
    rows[layer].push(Object.assign(each, { y: layer * size.layer + size.gap + size.height / 2, x: 0 }));
    return each;
  };
  const blocks = new Map(nodes.map((node) => [node.id, put({ node, width: size.width }, layerOf.get(node.id))]));
  const links = { above: new Map(), below: new Map(), paths: new Map() };
  const join = (upper, lower) => {
    links.below.set(upper, [...(links.below.get(upper) ?? []), lower]);
    links.above.set(lower, [...(links.above.get(lower) ?? []), upper]);
  };
  for (const { from, to, edge, back } of forward) {
    const way = [blocks.get(from)];
    for (let layer = layerOf.get(from) + 1; layer < layerOf.get(to); layer += 1) {
      way.push(put({ width: THREAD }, layer));
    }
    way.push(blocks.get(to));
    way.slice(1).forEach((lower, index) => join(way[index], lower));
    links.paths.set(edge, back ? way.reverse() : way);
  }
  return { rows, links };
}

// The order of each row in which the fewest edges cross, of those that are tried.
function sortRows(rows, links) {
  let best = { crossings: Infinity };
  for (let turn = 0; turn < SORTINGS; turn += 1) {
    const down = turn % 2 === 0;
    const neighbours = down ? links.above : links.below;
    for (const row of down ? rows : [...rows].reverse()) {
      row.forEach((each, index) => (each.rank = mean((neighbours.get(each) ?? []).map((other) => other.index), index)));
      row.sort((one, other) => one.rank - other.rank);
      number(row);
    }
    const crossings = crossingsOf(rows, links);
    if (crossings < best.crossings) best = { crossings, rows: rows.map((row) => [...row]) };
  }
  rows.forEach((row, layer) => row.splice(0, row.length, ...best.rows[layer]));
}

// Places are counted from the middle of the row, so that rows of different lengths can be compared.
const number = (row) => row.forEach((each, index) => (each.index = index - (row.length - 1) / 2));

function crossingsOf(rows, links) {
  let crossings = 0;
  for (const row of rows) {
    const ends = row.flatMap((each) => (links.below.get(each) ?? []).map((other) => [each.index, other.index]));
    for (const [index, [from, to]] of ends.entries()) {
      for (const [otherFrom, otherTo] of ends.slice(index + 1)) {
        if ((from - otherFrom) * (to - otherTo) < 0) crossings += 1;
      }
    }
  }
  return crossings;
}

function placeRows(rows, links, gap) {
  for (const row of rows) spread(row, gap, () => 0);
  for (let turn = 0; turn < PLACINGS; turn += 1) {
    for (const row of turn % 2 ? [...rows].reverse() : rows) {
      spread(row, gap, (each) => {
        const pulls = [
          ...(links.above.get(each) ?? []).map((other) => [other.x, pull(other, each, links)]),
          ...(links.below.get(each) ?? []).map((other) => [other.x, pull(each, other, links)]),
        ];
        const all = pulls.reduce((sum, [, weight]) => sum + weight, 0);
        return all ? pulls.reduce((sum, [x, weight]) => sum + x * weight, 0) / all : each.x;
      });
    }
  }
}

function pull(upper, lower, links) {
  if (!upper.node && !lower.node) return STIFFNESS;
  return links.below.get(upper).length === 1 && links.above.get(lower).length === 1 ? ALONE : 1;
}

// As near to where each wants to be as the order and the gaps allow: neighbours that would collide settle together.
function spread(row, gap, wanted) {
  let offset = 0;
  const groups = [];
  row.forEach((each, index) => {
    if (index) offset += (row[index - 1].width + each.width) / 2 + gap;
    const weight = each.node ? 1 : STIFFNESS;
    groups.push({ sum: weight * (wanted(each) - offset), weight, members: [{ each, offset }] });
    while (groups.length > 1 && value(groups.at(-2)) > value(groups.at(-1))) {
      const last = groups.pop();
      groups.at(-1).sum += last.sum;
      groups.at(-1).weight += last.weight;
      groups.at(-1).members.push(...last.members);
    }
  });
  for (const group of groups) for (const { each, offset: at } of group.members) each.x = value(group) + at;
}

const value = (group) => group.sum / group.weight;
const mean = (numbers, otherwise) =>
  numbers.length ? numbers.reduce((sum, number) => sum + number, 0) / numbers.length : otherwise;

// Beside the blocks of a row an edge goes upright, so that it never passes behind one; it turns between the rows.
function pointsOf(edge, way, placed, size) {
  const half = size.height / 2;
  if (!way) {
    const { x, y } = placed.find((each) => each.node?.id === edge.from);
    return [[x + size.width / 2, y - 6], [x + size.width / 2 + 22, y], [x + size.width / 2, y + 6]];
  }
  const down = way[0].y < way.at(-1).y ? 1 : -1;
  return way.flatMap(({ x, y }, index) => {
    if (index === 0) return [[x, y + down * half]];
    if (index === way.length - 1) return [[x, y - down * (half + 4)]];
    return [[x, y - down * half], [x, y + down * half]];
  });
}
