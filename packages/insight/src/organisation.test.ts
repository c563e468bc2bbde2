import { type Atto, attoFromInteger, sumMoney } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Membership, organisationPeriods, rollUpOrganisation } from './organisation.ts';

const usd = (cents: number): Atto => attoFromInteger(BigInt(cents) * 10n ** 16n);

const MOVED: readonly Membership[] = [
  { unit: 'search', parent: 'engineering' },
  { unit: 'billing', parent: 'engineering' },
  { unit: 'search', parent: 'research', fromUs: 50 },
  { unit: 'engineering', parent: 'company' },
  { unit: 'research', parent: 'company' },
];

test('a unit that moves within the period counts where it belonged at each time', () => {
  const periods = organisationPeriods(MOVED, { fromUs: 0, toUs: 100 });
  expect(periods.map(({ fromUs, toUs, parents }) => [fromUs, toUs, parents.get('search')])).toEqual([
    [0, 50, 'engineering'],
    [50, 100, 'research'],
  ]);
  const costs = [
    new Map([
      ['search', usd(10)],
      ['billing', usd(1)],
    ]),
    new Map([['search', usd(5)]]),
  ];
  const rolled = rollUpOrganisation(
    periods.map(({ parents }, index) => ({ parents, costs: costs[index] as Map<string, Atto> })),
  );
  expect(rolled).toEqual([
    { unit: 'billing', parent: 'engineering', own: usd(1), total: usd(1) },
    { unit: 'company', own: usd(0), total: usd(16) },
    { unit: 'engineering', parent: 'company', own: usd(0), total: usd(11) },
    { unit: 'research', parent: 'company', own: usd(0), total: usd(5) },
    { unit: 'search', parent: 'research', own: usd(15), total: usd(15) },
  ]);
});

test.each([
  ['the start of the period', { fromUs: 50, toUs: 60 }, 1, 'research'],
  ['just after its end', { fromUs: 40, toUs: 50 }, 1, 'engineering'],
  ['just before its end', { fromUs: 40, toUs: 51 }, 2, 'engineering'],
])('a reorganisation at %s', (_, range, count, first) => {
  const periods = organisationPeriods(MOVED, range);
  expect([periods.length, periods[0]?.parents.get('search')]).toEqual([count, first]);
});

test('a unit may leave its parent and stand at the top', () => {
  const [, after] = organisationPeriods([...MOVED, { unit: 'billing', fromUs: 70 }], { fromUs: 60, toUs: 100 });
  expect(after?.parents.has('billing')).toBe(false);
});

test.each([
  [[{ unit: 'a', parent: 'a' }], 'a → a'],
  [
    [
      { unit: 'a', parent: 'b' },
      { unit: 'b', parent: 'c' },
      { unit: 'c', parent: 'b' },
    ],
    'b → c → b',
  ],
])('a circle is refused with its way round', (memberships, way) => {
  expect(() => organisationPeriods(memberships, { fromUs: 0, toUs: 1 })).toThrow(
    expect.objectContaining({ code: 'ORGANISATION_CIRCLE', message: expect.stringContaining(way) }),
  );
});

/** Units belong to one of a smaller number, so there is no circle; and they move. */
const memberships = fc.array(
  fc.record({ child: fc.integer({ min: 1, max: 9 }), up: fc.nat(8), isTop: fc.boolean(), fromUs: fc.nat(100) }),
  { maxLength: 30 },
);

test('whatever the organisation and its changes, a total is its own cost and the totals below, and the top is the whole', () => {
  fc.assert(
    fc.property(
      memberships,
      fc.array(fc.tuple(fc.integer({ min: 0, max: 11 }), fc.bigInt(-(10n ** 24n), 10n ** 24n))),
      (given, costs) => {
        const list = given.map(({ child, up, isTop, fromUs }) => ({
          unit: `u${child}`,
          ...(isTop ? {} : { parent: `u${up % child}` }),
          fromUs,
        }));
        const periods = organisationPeriods(list, { fromUs: 0, toUs: 100 });
        expect(periods.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0)).toBe(100);
        for (const { parents } of periods) {
          const own = new Map(costs.map(([unit, cost]) => [`u${unit}`, attoFromInteger(cost)]));
          const rolled = rollUpOrganisation([{ parents, costs: own }]);
          for (const unit of rolled) {
            const below = rolled.filter(({ parent }) => parent === unit.unit).map(({ total }) => total);
            expect(sumMoney([unit.own, ...below])).toBe(unit.total);
          }
          const top = rolled.filter(({ parent }) => parent === undefined).map(({ total }) => total);
          expect(sumMoney(top)).toBe(sumMoney([...own.values()]));
        }
      },
    ),
  );
});
