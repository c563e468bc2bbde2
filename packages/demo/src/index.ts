export { QUOTA_FILE } from './company/quota-file.ts';
export { generateHistory, type HistoryBatch, type HistoryOptions } from './history/generate-history.ts';
export { type SendHistoryOptions, sendHistory } from './history/send-history.ts';
export { FAULTS, type Fault, type FaultRates } from './simulator/faults.ts';
export { type Simulator, type SimulatorOptions, startSimulator } from './simulator/start-simulator.ts';
export { type Demo, type DemoOptions, startDemo } from './start-demo.ts';
