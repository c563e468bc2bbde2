import { readFile } from 'node:fs/promises';
import { InvalidInputError, parseTagGlossary, tagGlossaryTypes } from '@costspan/usage';
import { parse } from 'yaml';
import { EXIT } from '../exit-code.ts';
import type { DefineCommand } from './command.ts';

/** `costspan tags`: the glossary of tags, checked or written out as TypeScript. */
export const defineTags: DefineCommand = (program, terminal, exit) => {
  const tags = program.command('tags').description('Check a tag glossary (tags.yaml), or write it out as TypeScript.');
  const read = async (file: string) => {
    try {
      return parseTagGlossary(parse(await readFile(file, 'utf8')), file);
    } catch (error) {
      const mistakes = error instanceof InvalidInputError ? error.message : `${file}: ${(error as Error).message}`;
      terminal.stderr.write(`${mistakes}\n`);
      exit(EXIT.finding);
      return undefined;
    }
  };
  tags
    .command('check')
    .description('Say every mistake of a glossary. Exit: 0 none, 1 some.')
    .argument('<file>', 'tags.yaml')
    .action(async (file: string) => {
      const glossary = await read(file);
      if (glossary !== undefined) terminal.stdout.write(`${file}: ${glossary.tags.size} tags\n`);
    });
  tags
    .command('types')
    .description('Write TypeScript of a glossary to stdout: withTags({ … } satisfies AppTags, fn).')
    .argument('<file>', 'tags.yaml')
    .action(async (file: string) => {
      const glossary = await read(file);
      if (glossary !== undefined) terminal.stdout.write(tagGlossaryTypes(glossary));
    });
};
