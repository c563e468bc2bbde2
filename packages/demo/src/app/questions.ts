/** What people ask. Short on purpose: the prompts are long because of the handbook and the conversation before. */

export const CHAT_QUESTIONS = [
  'Summarise the onboarding page for a new colleague in five sentences.',
  'Which of our pages talk about the migration, and do they contradict each other?',
  'Draft an announcement for the team about the new retention rules.',
  'What did we decide about the pricing experiment last month?',
  'Turn my meeting notes into a list of decisions and open questions.',
  'Explain the permission model to somebody who has never seen the product.',
  'Who should review the incident report before it is published?',
  'Write a shorter version of the introduction, and keep the friendly tone.',
] as const;

export const SEARCH_QUERIES = [
  'how do I export all pages to a storage bucket',
  'invoice address change',
  'who can see the audit list of permissions',
  'is there a limit for the number of guests',
  'offline editing on a tablet',
  'where is our content stored',
  'restore a page that was deleted last week',
  'webhook signature and retries',
] as const;

export const SUPPORT_QUESTIONS = [
  'I cannot invite a colleague: the link says that it is no longer valid.',
  'Our invoice shows more seats than we have people. Why?',
  'After switching on single sign-on two members can no longer sign in.',
  'The translation of our handbook is marked as outdated. What should I do?',
  'Search does not find a page that I saved a minute ago.',
  'Can we move the workspace to the European region?',
  'How do I get the usage of the assistant per person for last month?',
  'We want to cancel, but keep a copy of everything first.',
] as const;
