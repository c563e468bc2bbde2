import type { LocationService } from '@grafana/runtime';
import { type ReactNode, useLayoutEffect, useMemo, useState } from 'react';
import {
  type NavigationType,
  type Navigator,
  type Path,
  Router,
  type Location as RouterLocation,
} from 'react-router-dom';

/** React Router on the history of Grafana's location service, so that both always say the same. */
export function HistoryRouter({ service, children }: { service: LocationService; children: ReactNode }) {
  const history = service.getHistory();
  const [at, setAt] = useState({ location: history.location, action: history.action });
  useLayoutEffect(
    () => history.listen((location: RouterLocation, action: string) => setAt({ location, action })),
    [history],
  );
  const navigator = useMemo<Navigator>(() => {
    const place = (to: string | Partial<Path>, state: unknown) => (typeof to === 'string' ? to : { ...to, state });
    return {
      createHref: (to) => history.createHref(typeof to === 'string' ? { pathname: to } : to),
      go: (delta) => history.go(delta),
      push: (to, state) => history.push(place(to, state) as string),
      replace: (to, state) => history.replace(place(to, state) as string),
    };
  }, [history]);
  return (
    <Router
      location={{ ...at.location, key: at.location.key ?? 'first' }}
      navigationType={at.action as NavigationType}
      navigator={navigator}
    >
      {children}
    </Router>
  );
}
