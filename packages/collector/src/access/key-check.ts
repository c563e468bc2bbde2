/** True for the value of an `authorization` header whose key may send spans and ask for decisions. */
export type KeyCheck = (authorization: string | undefined) => boolean;
