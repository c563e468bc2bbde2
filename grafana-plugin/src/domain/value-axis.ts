/**
 * Round values from 0 to at least `max`, at most `steps` steps apart.
 * A maximum of 0 gives 0 and 1, so that an empty chart has an axis.
 */
export function valueAxis(max: number, steps = 4): readonly number[] {
  if (!(max > 0)) return [0, 1];
  const rough = max / steps;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((nice) => nice * magnitude >= rough) ?? 10) * magnitude;
  const count = Math.ceil(max / step - 1e-9);
  // Twelve digits are more than an axis shows, and hide what binary fractions add.
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
