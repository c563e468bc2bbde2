import type { ComponentType } from 'react';

/** Stands for every component that Grafana or another plugin exposes, and shows that and with what it was used. */
export function exposedComponent(id: string): { isLoading: false; component: ComponentType<object> | null } {
  if (document.body.dataset['extensions'] === undefined) return ABSENT;
  let known = components.get(id);
  if (known === undefined) {
    const Exposed = (props: object) => (
      <output data-testid={`data-testid exposed ${id}`}>{JSON.stringify(props)}</output>
    );
    known = { isLoading: false, component: Exposed };
    components.set(id, known);
  }
  return known;
}

type Exposed = ReturnType<typeof exposedComponent>;

/** The same object every time: a component of a new identity would be drawn anew. */
const components = new Map<string, Exposed>();
const ABSENT: Exposed = { isLoading: false, component: null };
