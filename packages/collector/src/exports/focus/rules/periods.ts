import type { FocusRule } from './rule.ts';

/** Periods begin before they end. A charge lies in its billing period, unless it corrects an earlier one. */
export const periodRules: FocusRule = {
  name: 'periods',
  row(row) {
    const [billedFrom, billedTo] = [row['BillingPeriodStart'] ?? '', row['BillingPeriodEnd'] ?? ''];
    const [from, to] = [row['ChargePeriodStart'] ?? '', row['ChargePeriodEnd'] ?? ''];
    // The form is one of fixed width, so texts compare as instants do.
    const isOutside = from < billedFrom || to > billedTo;
    return [
      ...(billedFrom < billedTo ? [] : ['BillingPeriodEnd is not after BillingPeriodStart']),
      ...(from < to ? [] : ['ChargePeriodEnd is not after ChargePeriodStart']),
      ...(isOutside && row['ChargeClass'] !== 'Correction' ? ['the charge lies outside its billing period'] : []),
      ...(row['ChargeClass'] === 'Correction' && to > billedFrom
        ? ['a correction is of a period before its billing period']
        : []),
    ];
  },
};
