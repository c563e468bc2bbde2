import { ledgerContract } from './ledger.contract.ts';
import { openReferenceLedger } from './reference-ledger.contract.ts';

ledgerContract('plain loops', async (nowUs) => openReferenceLedger(nowUs));
