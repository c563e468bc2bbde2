/** Where scheduled exports are put. An object has its name when it is whole, and putting it again replaces it. */
export interface ExportStore {
  has(name: string): Promise<boolean>;
  /** Moves a finished file there; the file may be gone after. */
  put(name: string, file: string): Promise<void>;
}
