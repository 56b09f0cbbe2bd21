// Lay out a flow in rows from top to bottom: a block is below the blocks that lead to it.
// The same flow always has the same layout.

// A roomy block has a second line.
export const ROOMY = { width: 180, height: 36, layer: 50, gap: 14 };
export const TIGHT = { width: 180, height: 25, layer: 36, gap: 14 };
const THREAD = 10; // The width of an edge that passes a row.
const SORT_ROUNDS = 40;
const PLACE_ROUNDS = 300;
const STIFFNESS = 30; // The weight of a straight edge, compared with a block.
const ONLY_LINK = 40; // The weight of an edge between two blocks without other edges on that side.

// Return the blocks with their center (x, y), and the edges with their points.
export function layout({ start, nodes }, size) {
  const edges = edgesOf(nodes);
  const forward = withoutLoops(start, nodes, edges);
  const layerOf = longestPaths(nodes, forward);
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

// Merge all branches from one block to another into one edge.
function edgesOf(nodes) {
  return nodes.flatMap((node) =>
    [...new Set(node.branches.map((branch) => branch.to))].map((to) => ({
      from: node.id,
      to,
      names: node.branches.filter((branch) => branch.to === to).map((branch) => branch.name),
    })),
  );
}

// Return the edges from top to bottom; an edge of a loop is reversed.
function withoutLoops(start, nodes, edges) {
  const state = new Map();
  const reversed = [];
  const visit = (id) => {
    state.set(id, "open");
    for (const edge of edges.filter((each) => each.from === id)) {
      if (state.get(edge.to) === "open") reversed.push(edge);
      else if (!state.has(edge.to)) visit(edge.to);
    }
    state.set(id, "done");
  };
  visit(start);
  for (const node of nodes) if (!state.has(node.id)) visit(node.id);
  return edges
    .filter((edge) => edge.from !== edge.to)
    .map((edge) => (reversed.includes(edge) ? { from: edge.to, to: edge.from, edge, back: true } : { ...edge, edge }));
}

function longestPaths(nodes, forward) {
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

// Build the rows of blocks, with a thread for each edge that passes a row.
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

// Try several orders of the rows and keep the one with the fewest crossings.
function sortRows(rows, links) {
  let best = { crossings: Infinity };
  for (let turn = 0; turn < SORT_ROUNDS; turn += 1) {
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

// Count places from the middle of a row, so that rows of different lengths can be compared.
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
  for (let turn = 0; turn < PLACE_ROUNDS; turn += 1) {
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
  return links.below.get(upper).length === 1 && links.above.get(lower).length === 1 ? ONLY_LINK : 1;
}

// Place each block as near to its wanted position as the order and the gaps allow; blocks that would overlap move together.
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

// An edge is vertical beside the blocks of a row, so that it never passes behind one, and curved between rows.
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
