import { isJsonObject, type Json, type JsonObject, listOf, objectsOf } from '../lint/finding.ts';

/**
 * A dashboard whose tabs name widgets by their places, from 1 on, instead of by the ids that Datadog gave them. Widgets
 * inside of groups have no ids then, and without tabs no widget has one.
 */
export function widgetPlaces(dashboard: JsonObject): JsonObject {
  const widgets = objectsOf(dashboard['widgets']);
  const places = new Map<Json | undefined, number>(widgets.map(({ id }, index) => [id, index + 1]));
  const isTabbed = listOf(dashboard['tabs']).length > 0;
  return {
    ...dashboard,
    ...(dashboard['widgets'] === undefined
      ? {}
      : {
          widgets: widgets.map((widget, index) => ({ ...(isTabbed ? { id: index + 1 } : {}), ...withoutIds(widget) })),
        }),
    ...(isTabbed
      ? {
          tabs: objectsOf(dashboard['tabs']).map((tab) => ({
            ...tab,
            widget_ids: listOf(tab['widget_ids']).map((id) => places.get(id) ?? id),
          })),
        }
      : {}),
  };
}

function withoutIds(widget: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(widget)
      .filter(([key]) => key !== 'id')
      .map(([key, value]) => [key, key === 'definition' ? innerWithoutIds(value) : value]),
  );
}

function innerWithoutIds(definition: Json): Json {
  if (!isJsonObject(definition) || definition['widgets'] === undefined) return definition;
  return { ...definition, widgets: objectsOf(definition['widgets']).map(withoutIds) };
}
