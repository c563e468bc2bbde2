interface Manifest {
  readonly id: string;
  readonly languages?: readonly string[];
}

export interface SpokenLanguage {
  /** Of the texts: the viewer's when the plugin has it, else the first one that the plugin has. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  /** The name of a page in that language, by the last part of its path; where it is missing plugin.json has one. */
  readonly pageNames: Readonly<Record<string, string>>;
}

/** The language that a page of this plugin speaks to a viewer. @param base address of the plugin's files */
export async function spokenLanguage(
  { id, languages = [] }: Manifest,
  base: URL,
  wanted: string,
): Promise<SpokenLanguage> {
  const first = languages[0] ?? 'en-US';
  const language = languages.find((one) => one.split('-')[0] === wanted.split('-')[0]) ?? first;
  const texts =
    language === first ? {} : ((await (await fetch(new URL(`locales/${language}/${id}.json`, base))).json()) as Texts);
  return { language, direction: RIGHT_TO_LEFT.test(language) ? 'rtl' : 'ltr', pageNames: namesIn(texts) };
}

const RIGHT_TO_LEFT = /^(ar|fa|he|ur)\b/;

interface Texts {
  readonly nav?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** Keys are either nested or written with dots. */
function namesIn(texts: Texts): Readonly<Record<string, string>> {
  const flat = Object.entries(texts).filter(([key]) => key.startsWith('nav.'));
  return { ...texts.nav, ...Object.fromEntries(flat.map(([key, text]) => [key.slice('nav.'.length), String(text)])) };
}
