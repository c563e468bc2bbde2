interface Point {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end' | 'middle';
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const CHARACTER_WIDTH = 7;
const HEIGHT = 15;
const GAP = 4;

/** Names beside points, right, left, above or below, where they cover no other name and no other point. Who comes first has the choice. */
export function placeLabels(
  points: readonly Point[],
  bounds: { readonly left: number; readonly right: number },
): readonly Label[] {
  const taken: Box[] = points.map(({ x, y, radius }) => ({
    left: x - radius,
    right: x + radius,
    top: y - radius,
    bottom: y + radius,
  }));
  return points.flatMap(({ text, x, y, radius }, own) => {
    const width = text.length * CHARACTER_WIDTH;
    const right = { text, x: x + radius + GAP, y, anchor: 'start' as const };
    const left = { text, x: x - radius - GAP, y, anchor: 'end' as const };
    const above = { text, x, y: y - radius - HEIGHT / 2, anchor: 'middle' as const };
    const below = { text, x, y: y + radius + HEIGHT / 2, anchor: 'middle' as const };
    for (const label of [right, left, above, below]) {
      const start = label.x - { start: 0, middle: width / 2, end: width }[label.anchor];
      const box = { left: start, right: start + width, top: label.y - HEIGHT / 2, bottom: label.y + HEIGHT / 2 };
      const isFree = taken.every((other, index) => index === own || !overlap(box, other));
      if (!isFree || box.left < bounds.left || box.right > bounds.right) continue;
      taken.push(box);
      return [label];
    }
    return [];
  });
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
