import { CostspanInstrumentation } from './costspan-instrumentation.ts';
import { guarded } from './say-once.ts';
import { prepareStandaloneSdk } from './standalone-sdk.ts';

// `node --import @costspan/instrumentation/register app.js`: everything in place before the application's first import.
const instrumentation = guarded('registering', () => new CostspanInstrumentation());
await prepareStandaloneSdk(async () => instrumentation?.shutdown());
