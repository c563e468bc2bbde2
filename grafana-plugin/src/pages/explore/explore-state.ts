import { GRAINS } from '../../domain/grain.ts';
import { choice, list } from '../../domain/url-state.ts';
import { METRIC_NAMES } from '../../usage/metrics.ts';

/** The question of the page, as it stands in the address. */
export const PARAMS = {
  metric: choice(METRIC_NAMES, 'cost'),
  by: list(['model']),
  grain: choice(['auto', ...GRAINS], 'auto'),
  style: choice(['bars', 'lines'], 'bars'),
  view: choice(['list', 'pivot'], 'list'),
  top: choice(['5', '10', '20', '50'], '10'),
  where: list(),
};
