/** Name of a PersistentVolumeClaim. */
export interface ClaimKey {
  readonly namespace: string;
  readonly name: string;
}

/** What is asked about claims. */
export interface Claims {
  /**
   * Whether a scheduler has chosen a node for it, as it does with delayed binding and never with immediate one; undefined
   * where there is no such claim. @throws NativestorError `unavailable` where nobody can say
   */
  isPlaced(claim: ClaimKey): Promise<boolean | undefined>;
}
