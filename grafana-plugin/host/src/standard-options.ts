import * as data from '@grafana/data';

/** The short list of standard options that the field config of a panel may name. */
export function initStandardOptions(): void {
  data.standardFieldConfigEditorRegistry.setInit(
    () =>
      [
        option('unit', data.unitOverrideProcessor),
        option('min', data.numberOverrideProcessor),
        option('max', data.numberOverrideProcessor),
        option('fieldMinMax'),
        option('decimals', data.numberOverrideProcessor),
        option('displayName', data.displayNameOverrideProcessor),
        option('color'),
        option('noValue', data.stringOverrideProcessor),
        option('links', data.dataLinksOverrideProcessor),
        option('actions'),
        option('mappings', data.valueMappingsOverrideProcessor, []),
        option('thresholds', data.thresholdsOverrideProcessor, {
          mode: data.ThresholdsMode.Absolute,
          steps: [{ value: Number.NEGATIVE_INFINITY, color: 'text' }],
        }),
        option('filterable'),
      ] as unknown as ReturnType<Parameters<typeof data.standardFieldConfigEditorRegistry.setInit>[0]>,
  );
  data.standardEditorsRegistry.setInit(
    () =>
      EDITORS.map((id) => ({ id, name: id, editor: () => null })) as unknown as ReturnType<
        Parameters<typeof data.standardEditorsRegistry.setInit>[0]
      >,
  );
}

const EDITORS = ['text', 'number', 'slider', 'boolean', 'radio', 'select', 'multi-select', 'unit', 'stats-picker'];

function option(id: string, process: unknown = data.identityOverrideProcessor, defaultValue?: unknown): object {
  return {
    id,
    path: id,
    name: id,
    description: '',
    editor: () => null,
    override: () => null,
    process,
    shouldApply: () => true,
    settings: {},
    defaultValue,
  };
}
