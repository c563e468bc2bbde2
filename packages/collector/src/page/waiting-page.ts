import { createHash } from 'node:crypto';

/**
 * What stands at `/` where no pages were built yet. It asks again by itself, without a script, until they are there.
 * @param news what whoever builds them says of it
 */
export function waitingPage(news: string | undefined): Response {
  return new Response(html(news ?? NOBODY_BUILDS), { headers: HEADERS });
}

const NOBODY_BUILDS = 'Nobody is building them: run "npm start" or "npm run build" in the repository.';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { max-width: 34rem; padding: 2rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border-inline-start: 3px solid #1f60c4; padding-inline-start: 1rem; }
`;

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const html = (news: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="2">
<title>Costspan</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>The collector is up; its pages are not there yet</h1>
<p role="status">They open here by themselves.</p>
<pre>${news.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</pre>
<p>Calls are recorded in the meantime, and <a href="/api/v1/openapi.json">the API</a> answers.</p>
</main>
</body>
</html>
`;
