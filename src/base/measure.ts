/** Runs a piece of work and has the time that it takes told under the name of a step. The names are few, and written in the code. */
export type MeasureStep = <T>(step: string, work: () => Promise<T>) => Promise<T>;

/** Tells nothing. */
export const unmeasured: MeasureStep = (_step, work) => work();
