export { COSTSPAN } from '@costspan/usage';
