export type ThemeName = 'light' | 'dark';

const KEY = 'costspan.theme';

/** `?theme=` wins, then what was chosen before, then what the system prefers. */
export function chosenTheme(): ThemeName {
  const asked = new URLSearchParams(location.search).get('theme') ?? stored();
  if (asked === 'light' || asked === 'dark') return asked;
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

/** Remembers the theme and draws everything anew: Grafana's libraries take their theme once, while they are loaded. */
export function chooseTheme(theme: ThemeName): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage is off. The reload below still carries the choice.
  }
  const url = new URL(location.href);
  url.searchParams.set('theme', theme);
  location.replace(url);
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
