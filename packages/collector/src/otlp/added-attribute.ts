import { bytesField, doubleField, textField, varintField } from './protobuf-writer.ts';

/** An attribute we put on a span that passes through. Numbers are written as doubles. */
export interface AddedAttribute {
  readonly key: string;
  readonly value: string | number | boolean;
}

/** Attributes to add, by the `place` of their span. */
export type AddedAttributes = ReadonlyMap<number, readonly AddedAttribute[]>;

/** The `KeyValue` message of an attribute. */
export function attributeToProtobuf({ key, value }: AddedAttribute): Buffer {
  const any =
    typeof value === 'string'
      ? textField(1, value)
      : typeof value === 'boolean'
        ? varintField(2, value ? 1 : 0)
        : doubleField(4, value);
  return Buffer.concat([textField(1, key), bytesField(2, any)]);
}

/** The same as OTLP/JSON text. */
export function attributeToJson({ key, value }: AddedAttribute): string {
  const any =
    typeof value === 'string'
      ? { stringValue: value }
      : typeof value === 'boolean'
        ? { boolValue: value }
        : { doubleValue: value };
  return JSON.stringify({ key, value: any });
}
