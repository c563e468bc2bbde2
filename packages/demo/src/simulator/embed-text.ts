import { createRandom } from '../random.ts';

/**
 * A unit vector for a text. Words are hashed to a few signed places and summed, so texts that share words are near each
 * other, as with a real embedding: search over it finds something.
 */
export function embedText(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of text.toLowerCase().match(/\p{L}{3,}|\p{N}+/gu) ?? ['']) {
    const random = createRandom(word);
    for (let place = 0; place < PLACES_PER_WORD; place++) {
      const at = random.integer(0, dimensions - 1);
      vector[at] = (vector[at] ?? 0) + (random.chance(0.5) ? 1 : -1);
    }
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector.fill(1 / Math.sqrt(dimensions)) : vector.map((value) => value / length);
}

const PLACES_PER_WORD = 8;
