import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AttributeList } from './attribute-list.ts';

test('it is a map in order of first appearance, few names or many', () => {
  const name = fc.oneof(fc.nat(20), fc.nat(2000)).map((id) => `name.${id}`);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.integer()), { maxLength: 300 }), (entries) => {
      const list = new AttributeList();
      for (const [key, value] of entries) list.set(key, value);
      const map = new Map(entries);
      expect([...list]).toEqual([...map]);
      expect(list.keys()).toEqual([...map.keys()]);
      expect(list.size).toBe(map.size);
      for (const [key] of entries) expect([list.has(key), list.get(key)]).toEqual([true, map.get(key)]);
      expect([list.has('other'), list.get('other')]).toEqual([false, undefined]);
    }),
  );
});
