import type { PricingContext, Tags } from '@costspan/usage';

/** What a cost does not say of itself: whose it is, when, and how it was served. */
export interface FocusCharge {
  /** Any spelling of the provider that charges. */
  readonly provider: string;
  /** As the call named it; the card's name stands in the row where there is a card. */
  readonly model?: string | undefined;
  readonly context?: PricingContext;
  readonly tags?: Tags;
  /** The account at the provider, or whatever name one has for it. */
  readonly billingAccountId: string;
  readonly billingAccountName?: string;
  /** ISO 8601 in UTC, half open: as a rule the calendar month. */
  readonly billingPeriod: FocusPeriod;
  /** ISO 8601 in UTC, half open: the call itself, or the hour or day it is part of. */
  readonly chargePeriod: FocusPeriod;
  readonly subAccountId?: string;
  readonly subAccountName?: string;
  /** A deployment, where there is one. */
  readonly resourceId?: string;
  /** Who made the model, where that is somebody else than who sells it. */
  readonly publisher?: string;
}

export interface FocusPeriod {
  readonly start: string;
  readonly end: string;
}
