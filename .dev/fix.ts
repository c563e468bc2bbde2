// Formats and mends what the linter can mend.
import { runTool } from './tool.ts';

process.exit(runTool('@biomejs/biome/bin/biome', ['check', '--write', '.']));
