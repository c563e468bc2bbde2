import type { Finding } from '@costspan/usage';
import { nearestName } from '@costspan/usage';
import type { Option } from './option.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

type Path = readonly (string | number)[];
type Values<T extends Record<string, Option>> = { -readonly [K in keyof T]: ValueOf<T[K]> };
type ValueOf<O extends Option> = O extends { kind: 'integer' }
  ? number
  : O extends { kind: 'texts' }
    ? readonly string[]
    : O extends { kind: 'counts' }
      ? Readonly<Record<string, number>>
      : string;

interface Bounds {
  readonly unit: string;
  readonly min: number;
  readonly max: number;
}

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Reads options out of outside data and collects every mistake with its place. */
export class ConfigReader {
  readonly findings: Finding[] = [];
  readonly #environment: Environment;
  readonly #lineOf: (path: Path) => number | undefined;

  constructor(environment: Environment, lineOf: (path: Path) => number | undefined) {
    this.#environment = environment;
    this.#lineOf = lineOf;
  }

  mistake(path: Path, code: string, message: string): void {
    const line = this.#lineOf(path);
    const at = path.reduce<string>(
      (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
      '',
    );
    this.findings.push({
      at: `${at === '' ? 'file' : at}${line === undefined ? '' : ` (line ${line})`}`,
      code,
      message,
    });
  }

  /** A map of settings; absent and `null` are an empty one. Keys that are not in `names` are mistakes. */
  section(value: unknown, path: Path, names: readonly string[]): Record<string, unknown> {
    const section = this.map(value, path);
    for (const key of Object.keys(section)) {
      if (names.includes(key)) continue;
      const near = nearestName(key, names);
      const hint = near === undefined ? `known: ${names.join(', ')}` : `did you mean "${near}"?`;
      this.mistake([...path, key], 'OPTION_UNKNOWN', `"${key}" is not an option here; ${hint}`);
    }
    return section;
  }

  /** Any map; absent and `null` are an empty one. */
  map(value: unknown, path: Path): Record<string, unknown> {
    if (value === undefined || value === null) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
    this.mistake(path, 'OPTION_FORMAT', 'must be a map of option: value');
    return {};
  }

  /** Every option of a table, each checked, or its default. */
  options<T extends Record<string, Option>>(table: T, section: Record<string, unknown>, path: Path): Values<T> {
    const values: Record<string, unknown> = {};
    for (const [name, option] of Object.entries(table)) {
      values[name] = this.#option(option, section[name], [...path, name]);
    }
    return values as Values<T>;
  }

  /** A text in which `${NAME}` stands for an environment variable. */
  expanded(value: string, path: Path): string {
    return value.replaceAll(VARIABLE, (_, name: string) => {
      const found = this.#environment[name];
      if (found === undefined) {
        this.mistake(path, 'VARIABLE_UNSET', `the environment variable ${name} is not set`);
      }
      return found ?? '';
    });
  }

  #option(option: Option, value: unknown, path: Path): unknown {
    if (value === undefined || value === null) return option.default;
    switch (option.kind) {
      case 'integer':
        return this.#integer(option, value, path);
      case 'text':
        if (typeof value === 'string' && value !== '') return this.expanded(value, path);
        this.mistake(path, 'OPTION_TEXT', 'must be a text that is not empty');
        return option.default;
      case 'choice':
        if (typeof value === 'string' && option.choices.includes(value)) return value;
        this.mistake(path, 'OPTION_CHOICE', `must be one of ${option.choices.join(', ')}`);
        return option.default;
      case 'texts':
        return this.#texts(value, path);
      case 'counts':
        return this.#counts(option, value, path);
      default:
        return option satisfies never;
    }
  }

  #integer(option: Option & { kind: 'integer' }, value: unknown, path: Path): number {
    return this.#whole(value, option, path) ?? option.default;
  }

  #counts(option: Option & { kind: 'counts' }, value: unknown, path: Path): Readonly<Record<string, number>> {
    const counts: Record<string, number> = { ...option.default };
    for (const [name, raw] of Object.entries(this.map(value, path))) {
      const count = this.#whole(raw, { unit: option.unit, min: 0, max: option.max }, [...path, name]);
      if (count !== undefined) counts[name] = count;
    }
    return counts;
  }

  #whole(value: unknown, { unit, min, max }: Bounds, path: Path): number | undefined {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.mistake(path, 'OPTION_NUMBER', `must be a whole number of ${unit} from ${min} to ${max}`);
    return undefined;
  }

  #texts(value: unknown, path: Path): readonly string[] {
    if (!Array.isArray(value)) {
      this.mistake(path, 'OPTION_LIST', 'must be a list of texts');
      return [];
    }
    return value.flatMap((item, index) => {
      if (typeof item === 'string' && item !== '') return [this.expanded(item, [...path, index])];
      this.mistake([...path, index], 'OPTION_TEXT', 'must be a text that is not empty');
      return [];
    });
  }
}
