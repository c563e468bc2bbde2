/** What is wrong with the address of an API; `undefined` when it can be used. */
export function addressMistake(address: string): 'empty' | 'not-http' | 'credentials' | 'has-path' | undefined {
  if (address === '') return 'empty';
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return 'not-http';
  if (url.username !== '' || url.password !== '') return 'credentials';
  return /\/api\/v1\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '' ? 'has-path' : undefined;
}
