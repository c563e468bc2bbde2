const KEY = 'costspan.key';
export const KEY_WANTED = 'costspan:key-wanted';

/** The key this visitor gave, until the tab is closed. */
export function storedKey(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return inMemory;
  }
}

export function storeKey(key: string): void {
  inMemory = key;
  try {
    sessionStorage.setItem(KEY, key);
  } catch {
    // Storage is off; the key lives as long as the page.
  }
}

/** Tells whoever listens on `window` that the API wants a key, or another one. */
export function askForKey(): void {
  window.dispatchEvent(new Event(KEY_WANTED));
}

let inMemory: string | undefined;
