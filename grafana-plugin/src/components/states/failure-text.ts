import { t } from '@grafana/i18n';
import type { ApiError } from '../../api/api-error.ts';

/** What happened and what to do, in the words of somebody who looks at a page. */
export function failureText(error: ApiError): { readonly title: string; readonly advice: string } {
  switch (error.kind) {
    case 'unreachable':
      return {
        title: t('failure.unreachable.title', 'The usage API does not answer'),
        advice: t(
          'failure.unreachable.advice',
          'It is asked again every ten seconds. Check that the collector runs and that its address in the configuration is right.',
        ),
      };
    case 'token':
      return {
        title: t('failure.token.title', 'The usage API does not take the token'),
        advice: t('failure.token.advice', 'An admin can set another token in the configuration.'),
      };
    case 'forbidden':
      return {
        title: t('failure.forbidden.title', 'You are not allowed to see this'),
        advice: t('failure.forbidden.advice', 'Ask an admin for a role that may read usage.'),
      };
    case 'older':
      return {
        title: t('failure.older.title', 'The usage API is older than this plugin'),
        advice: t(
          'failure.older.advice',
          'It does not know this question. Update the collector, or check that the address in the configuration is a collector.',
        ),
      };
    case 'too-large':
      return {
        title: t('failure.too-large.title', 'This is too much to add up at once'),
        advice: t('failure.too-large.advice', 'Choose a shorter time or fewer groups.'),
      };
    case 'busy':
      return {
        title: t('failure.busy.title', 'The ledger is busy'),
        advice: t('failure.busy.advice', 'It is asked again every ten seconds.'),
      };
    case 'missing':
      return {
        title: t('failure.missing.title', 'There is no such thing'),
        advice: t('failure.missing.advice', 'It may have been deleted, or the address is not whole.'),
      };
    case 'question':
    case 'mismatch':
      return {
        title: t('failure.mismatch.title', 'Plugin and usage API do not understand each other'),
        advice: t(
          'failure.mismatch.advice',
          'Update both to the same version. If they are, report it with the request id.',
        ),
      };
    case 'defect':
      return {
        title: t('failure.defect.title', 'The usage API failed'),
        advice: t('failure.defect.advice', 'Its log says why. It is asked again every ten seconds.'),
      };
    default:
      return error.kind satisfies never;
  }
}
