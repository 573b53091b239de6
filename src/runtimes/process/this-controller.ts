import { identify } from './process-identity.ts';

/** This process, as it is written into what it makes. */
export const THIS_CONTROLLER = identify(process.pid) ?? { pid: process.pid, startTicks: 0 };
/** The cgroup that holds all instances of this controller. */
export const CONTROLLER_FOLDER = `c${THIS_CONTROLLER.pid}-${THIS_CONTROLLER.startTicks}`;
