/** True when a class of that name is the object's, or above it. Says nothing where a bundler has renamed classes. */
export function isInstanceOfName(object: object, name: string): boolean {
  for (let kind: unknown = object.constructor; typeof kind === 'function'; kind = Object.getPrototypeOf(kind)) {
    if (kind.name === name) return true;
  }
  return false;
}
