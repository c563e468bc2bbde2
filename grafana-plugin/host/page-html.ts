/** What a page of the host may load: nothing but files of its own origin, and no eval. Emotion writes style elements. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page that loads the host. `facts` are what it tells the host, as data attributes of the body. */
export function pageHtml(facts: Readonly<Record<string, string>>): string {
  const data = Object.entries(facts).map(([name, value]) => ` data-${name}="${escaped(value)}"`);
  const icon = `public/plugins/${facts['plugin-id']}/img/logo.svg`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Costspan</title>
<base href="/">
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="host/host.css">
</head>
<body${data.join('')}>
<div id="root"></div>
<noscript>These pages are drawn in the browser and need JavaScript.</noscript>
<script type="module" src="host/host.js"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
