/** What each status of a cost means to a reader. */
export const STATUS_NAMES: Readonly<Record<string, string>> = {
  priced: 'priced',
  free: 'free',
  partial: 'partly priced',
  estimated: 'estimated',
  provider_reported: 'reported by the provider',
  unpriced: 'no price known',
  inconsistent: 'counts contradict',
  usage_missing: 'no usage reported',
};
