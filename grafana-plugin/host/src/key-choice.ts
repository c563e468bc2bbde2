const KEY = 'costspan.key';

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

let inMemory: string | undefined;
