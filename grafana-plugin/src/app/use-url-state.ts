import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { type Params, readState, type StateOf, writeState } from '../domain/url-state.ts';

/** State that lives in the address, so that it can be shared and the back button knows it. `params` must be a constant. */
export function useUrlState<P extends Params>(
  params: P,
): readonly [StateOf<P>, (change: Partial<StateOf<P>>, how?: { replace: boolean }) => void] {
  const [search, setSearch] = useSearchParams();
  const state = useMemo(() => readState(params, search), [params, search]);
  const change = useCallback(
    (wanted: Partial<StateOf<P>>, how?: { replace: boolean }) =>
      setSearch((now) => writeState(params, now, wanted), { replace: how?.replace ?? false }),
    [params, setSearch],
  );
  return [state, change];
}
