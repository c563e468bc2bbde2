/** One help article of Lumen. The support bot reads all of them, search embeds them. */
export interface Article {
  readonly title: string;
  readonly text: string;
}

export const ARTICLES: readonly [Article, ...Article[]] = [
  {
    title: 'Workspaces',
    text: 'A workspace holds the pages, people and settings of one organisation. Every page belongs to exactly one workspace, and people can be members of several. The owner can rename a workspace at any time; links keep working, because they carry the identifier and not the name. Deleting a workspace hides it for thirty days, and during that time the owner can bring it back from the account page.',
  },
  {
    title: 'Inviting people',
    text: 'Owners and editors invite people by address or by a link. An invitation link is valid for seven days and can be revoked earlier. Guests see only the pages that were opened to them. On the team plan every member counts as a seat from the day on which the invitation is accepted; guests are free up to five per seat.',
  },
  {
    title: 'Roles and permissions',
    text: 'There are four roles: owner, editor, commenter and reader. Roles are granted for a workspace and can be raised, never lowered, for a single page. A page inherits the permissions of the page above it until somebody breaks the inheritance, which is shown by a small lock beside the title. Only owners see the audit list of permission changes.',
  },
  {
    title: 'Search',
    text: 'Search looks at titles, text, comments and the text inside attached documents. Results are ordered by meaning, then by how recently a page was opened. Put a phrase in quotation marks to find it literally. A new page can be found about a minute after it was saved. Pages you may not read never appear, not even as a count.',
  },
  {
    title: 'Assistant',
    text: 'The assistant answers from the pages that you can read and names the ones it used. It does not learn from your content, and nothing you write is kept by the model provider for longer than thirty days. Conversations are private until you share them. Administrators can switch the assistant off for a workspace or limit how many questions a person may ask in a day.',
  },
  {
    title: 'Translation',
    text: 'A page can be translated into thirty languages. The translation is a page of its own that remembers its source; when the source changes, the translation is marked as outdated and can be renewed with one click. Names in the glossary are never translated. Code blocks, links and embedded tables stay as they are.',
  },
  {
    title: 'Import and export',
    text: 'Pages can be imported from Markdown, HTML, Word documents and from the export of most other knowledge bases. Large imports run in the background and send a message when they are done. Export writes Markdown with all attachments; on the enterprise plan it can run every night into a storage bucket of your own.',
  },
  {
    title: 'Billing and invoices',
    text: 'Invoices are issued on the first day of a month for the month before. The team plan is paid per seat; the enterprise plan has a yearly amount and includes a budget for the assistant. Changing the plan takes effect at once and is charged pro rata. Invoices can be downloaded by owners and by people with the billing role, and can be sent to an accounting address.',
  },
  {
    title: 'Usage limits',
    text: 'Every plan includes a number of assistant answers and translated pages per month. At eighty percent the owners receive a message. On the free plan the assistant pauses when the limit is reached; on the team plan further use is charged per answer; on the enterprise plan nothing pauses and the account manager is told.',
  },
  {
    title: 'Single sign-on',
    text: 'Enterprise workspaces can require sign-in through an identity provider with SAML or OpenID Connect. After it was switched on, members with an address of a verified domain can no longer sign in with a password. Keep one owner outside the domain so that a mistake in the configuration does not lock everybody out. Provisioning with SCIM adds and removes members automatically.',
  },
  {
    title: 'Version history',
    text: 'Every change to a page is kept. The history shows who changed what, compares two versions side by side, and restores an older one as a new version, so nothing is ever lost. The free plan keeps thirty days, the other plans keep everything. Administrators can shorten the time for workspaces with strict retention rules.',
  },
  {
    title: 'Comments and mentions',
    text: 'Select a passage to comment on it. Mention a person with an at sign to send a message; mention a team to reach all of its members. A resolved comment is folded away and stays in the history. Comments on a passage that was deleted move to the end of the page, so that a discussion survives an edit.',
  },
  {
    title: 'Templates',
    text: 'A template is a page that is copied when a new page is created from it. Variables in double braces are asked for at that time. Templates live in their own section and follow the same permissions as pages. Changing a template does not change the pages that were made from it.',
  },
  {
    title: 'Notifications',
    text: 'You are told about mentions, replies, shared pages and the end of imports. Everything else is collected into a summary that can be sent daily or weekly. Each person chooses between mail, chat and the inbox in the app. Quiet hours hold back everything but mentions by an owner.',
  },
  {
    title: 'Interfaces for developers',
    text: 'The interface follows REST with JSON and is versioned by date. Tokens belong to a person or to a workspace and can be limited to reading. There is a limit of ten requests per second and token; beyond it the answer is 429 with a header that says when to try again. Webhooks are signed and are repeated for a day until they are accepted.',
  },
  {
    title: 'Security',
    text: 'Content is encrypted in transit and at rest. Backups are taken every six hours and are kept for thirty-five days in a second region. The service is tested by an outside company twice a year, and the report is available under a confidentiality agreement. Security questions reach a person within four hours on working days.',
  },
  {
    title: 'Data location',
    text: 'Content is stored in the region chosen when the workspace was created: Europe, United States or Australia. The region cannot be changed later, but a workspace can be exported and imported into another region. The assistant uses models in the same region where the provider offers that; otherwise the administrator is asked before it is switched on.',
  },
  {
    title: 'Mobile apps',
    text: 'The apps for phones and tablets keep the pages opened in the last thirty days for reading without a connection. Edits made offline are merged when the connection returns; where two people changed the same sentence, both versions are kept and marked. Voice notes become pages with a transcript.',
  },
  {
    title: 'Cancelling',
    text: 'Owners can cancel at any time; the plan stays active until the end of the paid period. Afterwards the workspace becomes read-only for ninety days, and everything can still be exported. Then it is deleted, including backups after another thirty-five days. Reactivating within that time brings back everything as it was.',
  },
];

/** All articles as one text: long enough that providers cache it. */
export const HANDBOOK = ARTICLES.map((article) => `## ${article.title}\n${article.text}`).join('\n\n');
